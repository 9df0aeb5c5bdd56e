// Sluice inside a program of your own: your loop, a node type of yours, flows as text. Built and run by the tests.
#include <iostream>

#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"

using namespace sluice;

task<NodeResult> greet(NodeContext context) {  // a node is a coroutine: it may await whatever your loop offers
    co_await sleep_until(*context.timers, context.clock->steady() + std::chrono::milliseconds(20));
    co_return NodeResult{"success", Value("Hello, " + std::string(context.parameters.at("name").as_string()))};
}

task<void> use(Engine& engine) {
    const auto hello = engine.compile(R"(
        name: hello
        nodes: [{id: greeting, type: demo.greet, with: {name: "${input.name}"}}]
    )").value();
    const auto execution = engine.start(hello, Object{{"name", "Ada"}}).value();
    const auto end = co_await engine.wait(execution);
    std::cout << to_word(end.status) << ": " << to_json(end.output) << "\n";

    const auto nap = engine.compile("{name: nap, nodes: [{id: sleep, type: flow.delay, with: {duration: 1h}}]}").value();
    const auto sleeper = engine.start(nap, {}).value();
    engine.cancel(*sleeper);
    std::cout << to_word((co_await engine.wait(sleeper)).status) << "\n";
}

int main() {
    asio::io_context loop;
    Engine engine(loop);
    engine.nodes().add({.id = "demo.greet", .kind = NodeKind::effect, .effect = greet}).value();
    asio::co_spawn(loop, use(engine), [](std::exception_ptr failure) { if (failure) std::rethrow_exception(failure); });
    loop.run();
}
