// Sluice in a program of your own: your loop, your node type, flows as text. The tests run it.
#include <iostream>

#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"

using namespace sluice;

task<NodeResult> greet(NodeContext context) {  // a coroutine: it may await whatever your loop has
    co_await sleep_until(*context.timers, context.clock->steady() + Milliseconds(20));
    const auto& name = context.parameters.at("name").as_string();
    co_return NodeResult{"success", Value("Hello, " + std::string(name))};
}

task<void> use(Engine& engine) {
    const auto hello = engine.compile(
        "name: hello\nnodes: [{id: greeting, type: demo.greet, with: "
        "{name: \"${input.name}\"}}]");
    const auto execution = engine.start(hello.value(), Object{{"name", "Ada"}}).value();
    const auto end = co_await engine.wait(execution);
    std::cout << to_word(end.status) << ": " << to_json(end.output) << "\n";

    const auto nap =
        engine.compile("{name: nap, nodes: [{id: nap, type: flow.delay, with: {duration: 1h}}]}");
    const auto sleeper = engine.start(nap.value(), {}).value();
    engine.cancel(*sleeper);
    std::cout << to_word((co_await engine.wait(sleeper)).status) << "\n";
}

int main() {
    asio::io_context loop;
    Engine engine(loop);
    engine.nodes().add({.id = "demo.greet", .kind = NodeKind::effect, .effect = greet}).value();
    asio::co_spawn(loop, use(engine), asio::detached);
    loop.run();
}
