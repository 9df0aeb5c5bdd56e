// What the language costs where flows are large: many pure iterations, a flow of many nodes, a long
// journal. In memory, without a disk or a socket.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"
#include "engine/run/event_codec.hpp"
#include "engine/run/timeline.hpp"

namespace {

using namespace sluice;
using Steady = std::chrono::steady_clock;

constexpr int rounds = 7;

/// Milliseconds of one call: the median of the rounds.
template <typename Call>
double measure(Call call) {
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Steady::now();
        call();
        times.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
    }
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[rounds / 2];
}

void show(const char* what, double milliseconds, const char* target) {
    std::printf("%-44s %9.2f ms   %s\n", what, milliseconds, target);
    std::fflush(stdout);
}

constexpr const char* loop = R"(
name: loop
nodes:
  all:
    type: flow.each
    with: {items: "${input.items}"}
    nodes: {twice: {type: core.set, with: {n: "${item * 2}"}}}
output: "${nodes.all.count}"
)";

std::string chain(int nodes) {
    std::string source = "name: chain\nnodes:\n";
    for (int at = 0; at < nodes; ++at)
        source += "  - {id: n" + std::to_string(at) + ", type: core.set, with: {n: \"${input.n + " +
                  std::to_string(at) + "}\"}}\n";
    return source;
}

/// Runs an execution to its end.
ExecutionResult finish(asio::io_context& context, Engine& engine,
                       const std::shared_ptr<const Program>& program, Value input) {
    auto execution = engine.start(program, std::move(input)).value();
    ExecutionResult ended;
    asio::co_spawn(context, engine.wait(std::move(execution)),
                   [&](const std::exception_ptr& failure, ExecutionResult result) {
                       if (failure) std::rethrow_exception(failure);
                       ended = std::move(result);
                       context.stop();
                   });
    context.restart();
    context.run();
    return ended;
}

/// The journal of an execution that has so many events.
std::vector<JournalChunk> long_journal(std::size_t events) {
    ChunkWriter writer;
    const WallTime at{Milliseconds{1'700'000'000'000}};
    std::vector<JournalChunk> chunks;
    std::uint64_t sequence = 1;
    writer.add_started(at, R"({"type":"manual"})", R"({"items":[1]})");
    Event line;
    line.kind = EventKind::log_written;
    line.at = at;
    line.node = 0;
    line.text = "a line of a log as people write them";
    line.data = Object{{"n", 1}};
    while (sequence < events) {
        JournalChunk chunk;
        chunk.first_sequence = chunks.empty() ? 1 : sequence + 1;
        for (int count = 0; count < 100 && sequence < events; ++count, ++sequence) writer.add(line);
        chunk.chunk = writer.take();
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

}  // namespace

int main() {
    asio::io_context context{1};
    Limits limits;
    EngineOptions options;
    options.limits = limits;
    Engine engine(context, options);
    const auto program = engine.compile(loop).value();
    Array items;
    for (int at = 0; at < 10'000; ++at) items.emplace_back(at);
    show("10,000 pure iterations of flow.each", measure([&] {
             const auto end = finish(context, engine, program, Object{{"items", items}});
             if (end.status != ExecutionStatus::succeeded) std::abort();
         }),
         "target 50");
    const std::string large = chain(1'000);
    show("compiling a flow of 1,000 nodes", measure([&] {
             if (!engine.compile(large)) std::abort();
         }),
         "target 20");
    const auto journal = long_journal(100'000);
    show("folding a journal of 100,000 events", measure([&] {
             const Timeline timeline(*program, journal);
             if (timeline.state().ended()) std::abort();
         }),
         "target 200");
}
