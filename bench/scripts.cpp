// What a call of code costs: on a warm host, many at once, and a host's start, against a bare echo
// of the same frames over the same kind of socket. Prints JSON.
//
//     bench-scripts PATH-OF-SLUICE-SCRIPT [CALLS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/async/timers.hpp"
#include "script/pool/messages.hpp"
#include "script/pool/pool.hpp"

namespace {

using namespace sluice;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::size_t starts = 15;
constexpr std::size_t at_once = 64;

class QuietWorld final : public ScriptWorld {
  public:
    void log(LogLevel, std::string) override {}
    task<Value> call(std::string, std::uint32_t, Value argument) override { co_return argument; }
    [[nodiscard]] WallTime now() const override { return {}; }
};

ScriptRequest request() {
    ScriptRequest request;
    request.code = "return {sum: input.a + input.b, items: input.items.map(i => i.price * 2)}";
    Array items;
    for (int item = 0; item < 5; ++item) items.push_back(Object{{"name", "x"}, {"price", item}});
    request.scope = Object{{"input", Object{{"a", 1}, {"b", 2}, {"items", std::move(items)}}}};
    return request;
}

struct Figures {
    std::vector<double> times_us;
    double seconds = 0;

    void add(std::chrono::steady_clock::time_point since) {
        times_us.push_back(Microseconds(std::chrono::steady_clock::now() - since).count());
    }
    [[nodiscard]] double quantile(double share) {
        std::sort(times_us.begin(), times_us.end());
        return times_us[static_cast<std::size_t>(share * static_cast<double>(times_us.size() - 1))];
    }
};

task<void> sequence(script::ScriptPool& pool, std::shared_ptr<ScriptWorld> world, std::size_t calls,
                    Figures& figures) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t call = 0; call < calls; ++call) {
        const auto before = std::chrono::steady_clock::now();
        (void)co_await pool.run(request(), world);
        figures.add(before);
    }
    figures.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// A process that gives every byte back.
script::SpawnedHost echo_process() {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    script::SpawnedHost host;
    host.process = fork();
    if (host.process == 0) {
        close(ends[0]);
        static char buffer[64 << 10];
        for (;;) {
            const ssize_t got = read(ends[1], buffer, sizeof buffer);
            if (got <= 0 || write(ends[1], buffer, static_cast<std::size_t>(got)) != got) _exit(0);
        }
    }
    close(ends[1]);
    host.channel = ends[0];
    host.process_descriptor = static_cast<int>(syscall(SYS_pidfd_open, host.process, 0));
    return host;
}

task<void> echoes(script::Host& host, std::string frame, std::size_t calls, Figures& figures) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t call = 0; call < calls; ++call) {
        const auto before = std::chrono::steady_clock::now();
        if (!co_await host.write(frame) || !co_await host.read(frame.size())) std::abort();
        figures.add(before);
    }
    figures.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Loop {
  public:
    asio::io_context context{1};
    SystemClock clock;
    timer_queue timers;
    loop_timers driver{context, clock, timers};

    void run(task<void> work) {
        bool done = false;
        asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
            done = true;
        });
        context.restart();
        while (!done) context.run_one();
    }
};

double start_time_us(Loop& loop, const std::string& program) {
    Figures figures;
    for (std::size_t start = 0; start < starts; ++start) {
        script::ScriptPool pool(loop.context, loop.clock, loop.timers, {Limits{}, program});
        loop.run(sequence(pool, std::make_shared<QuietWorld>(), 1, figures));
        loop.run(pool.close());
    }
    return figures.quantile(0.5);
}

double calls_a_second(Loop& loop, script::ScriptPool& pool, std::size_t calls) {
    scope workers(loop.context.get_executor());
    std::vector<Figures> figures(at_once);
    const auto begin = std::chrono::steady_clock::now();
    for (auto& one : figures)
        workers.spawn(sequence(pool, std::make_shared<QuietWorld>(), calls / at_once, one));
    loop.run(workers.join());
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
    return static_cast<double>(calls / at_once * at_once) / seconds.count();
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: bench-scripts PATH-OF-SLUICE-SCRIPT [CALLS]\n");
        return 2;
    }
    const std::string program = arguments[1];
    const std::size_t calls = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 5'000;
    Loop loop;
    const auto frame = script::run_frame(request(), Limits{}).value();
    Figures echo;
    {
        script::Host host(loop.context.get_executor(), echo_process());
        loop.run(echoes(host, frame, calls, echo));
    }
    const double start_us = start_time_us(loop, program);
    script::ScriptPool pool(loop.context, loop.clock, loop.timers, {Limits{}, program});
    Figures warm;
    loop.run(sequence(pool, std::make_shared<QuietWorld>(), 200, warm));
    warm = {};
    loop.run(sequence(pool, std::make_shared<QuietWorld>(), calls, warm));
    const double rate = calls_a_second(loop, pool, 4 * calls);
    loop.run(pool.close());
    std::printf(
        "{\"echo_p50_us\": %.1f, \"echo_a_second\": %.0f, \"call_p50_us\": %.1f, "
        "\"call_p99_us\": %.1f, \"calls_a_second_one_at_a_time\": %.0f, "
        "\"calls_a_second\": %.0f, \"start_p50_us\": %.0f}\n",
        echo.quantile(0.5), static_cast<double>(calls) / echo.seconds, warm.quantile(0.5),
        warm.quantile(0.99), static_cast<double>(calls) / warm.seconds, rate, start_us);
    return 0;
}
