// The processes behind code: who starts, rests, dies and is replaced.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "script/pool/host.hpp"

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;

class Pool : public PoolLoop {
  public:
    using PoolLoop::PoolLoop;

    /// Never to 0, which would be everybody in this group.
    static void send(pid_t process, int signal) {
        ASSERT_GT(process, 0);
        ::kill(process, signal);
    }
    [[nodiscard]] static bool alive(pid_t process) {
        return process > 0 && ::kill(process, 0) == 0;
    }
};

TEST_F(Pool, StartsAHostWhenItIsNeededAndKeepsIt) {
    EXPECT_EQ(pool.counters().started, 0u);
    EXPECT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    EXPECT_GT(process, 0);
    EXPECT_EQ(result("return 2"), "2");
    EXPECT_EQ(pool.idle_process(), process);
    EXPECT_EQ(pool.counters().started, 1u);
}

TEST_F(Pool, WritesToAHostThatIsGoneEnd) {
    script::Host host(loop.context.get_executor(),
                      script::spawn_host(std::getenv("SLUICE_SCRIPT_HOST"), 512u << 20));
    host.kill();
    loop.run_until([&] { return !host.usable(); });
    for (int attempt = 1; attempt <= 6; ++attempt) {
        Running<bool> writing(loop.context, host.write("anything"));
        loop.run_until([&] { return writing.done(); });
        EXPECT_FALSE(writing.value()) << "attempt " << attempt;
    }
}

class ShortRest : public Pool {
  public:
    static Limits limits() {
        Limits limits = test_limits();
        limits.script_idle = 50ms;
        return limits;
    }
    ShortRest() : Pool(limits()) {}
};

TEST_F(ShortRest, EndsAHostThatIsIdle) {
    EXPECT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    loop.run_until([&] { return pool.counters().idle == 0 && !alive(process); });
    EXPECT_EQ(result("return 1"), "1");
    EXPECT_EQ(pool.counters().started, 2u);
}

TEST_F(Pool, ReplacesAnIdleHostThatWasKilled) {
    EXPECT_EQ(result("return 1"), "1");
    send(pool.idle_process(), SIGKILL);
    EXPECT_EQ(result("return 1"), "1") << "whether or not it is dead by now";
    EXPECT_EQ(pool.counters().started, 2u);
    send(pool.idle_process(), SIGKILL);
    ::usleep(50'000);
    EXPECT_EQ(result("return 1"), "1");
    EXPECT_EQ(pool.counters().started, 3u);
}

TEST_F(Pool, ReplacesAnIdleHostThatWasStopped) {
    EXPECT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    send(process, SIGSTOP);
    ::usleep(50'000);
    EXPECT_EQ(result("return 1"), "1");
    loop.run_until([&] { return !alive(process); });
}

TEST_F(Pool, TellsThatItsHostWasKilledInTheMiddle) {
    EXPECT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    const auto running = start(request("await sleep(5000)"));
    loop.run_until([&] { return !world->calls.empty(); });
    send(process, SIGKILL);
    loop.run_until([&] { return running->done(); });
    EXPECT_EQ(running->error().code, "script_killed");
    EXPECT_THAT(running->error().message, HasSubstr("signal 9"));
    EXPECT_TRUE(running->error().retryable);
    EXPECT_EQ(result("return 1"), "1");
    EXPECT_EQ(world->sleeping, 0) << "nobody sleeps for it any more";
}

TEST_F(Pool, EndsAHostThatWasStoppedInTheMiddle) {
    EXPECT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    auto asked = request("await sleep(50); return 1");
    asked.timeout = 200ms;
    const auto running = start(std::move(asked));
    loop.run_until([&] { return !world->calls.empty(); });
    send(process, SIGSTOP);
    loop.run_until([&] { return running->done(); });
    EXPECT_EQ(running->error().code, "script_timeout");
    EXPECT_THAT(running->error().message, HasSubstr("did not answer any more"));
    loop.run_until([&] { return !alive(process); });
    EXPECT_EQ(result("return 1"), "1");
}

TEST_F(Pool, CancellingARunEndsItsProcessAtOnce) {
    EXPECT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    const auto running = start(request("console.log('begun'); for (;;);"));
    loop.run_until([&] { return !world->lines.empty(); });
    running->cancel();
    loop.run_until([&] { return running->done() && !alive(process); });
    EXPECT_TRUE(running->cancelled());
    EXPECT_EQ(result("return 1"), "1");
}

TEST_F(Pool, RunsAsManyAtOnceAsThereAreHosts) {
    std::vector<std::unique_ptr<Running<Value>>> running;
    for (int count = 0; count < 6; ++count)
        running.push_back(start(request("await sleep(20); return 1")));
    std::size_t most = 0;
    loop.run_until([&] {
        most = std::max(most, pool.counters().busy);
        return std::all_of(running.begin(), running.end(),
                           [](const auto& one) { return one->done(); });
    });
    for (const auto& one : running) EXPECT_TRUE(one->succeeded()) << one->error().message;
    EXPECT_EQ(most, 2u);
    EXPECT_EQ(pool.counters().started, 2u);
}

class ShortLine : public Pool {
  public:
    static Limits limits() {
        Limits limits = test_limits();
        limits.script_hosts = 1;
        limits.script_waiting = 1;
        limits.script_wait = 100ms;
        return limits;
    }
    ShortLine() : Pool(limits()) {}
};

TEST_F(ShortLine, RefusesWhatHasNoPlaceInTheLine) {
    const auto first = start(request("await sleep(1000); return 1"));
    loop.run_until([&] { return !world->calls.empty(); });
    const auto second = start(request("return 2"));
    loop.run_until([&] { return pool.counters().waiting == 1; });
    const auto third = run(request("return 3"));
    EXPECT_EQ(third->error().code, "script_busy");
    loop.run_until([&] { return second->done(); });
    EXPECT_EQ(second->error().code, "script_busy") << "it waited for long enough";
    loop.run_until([&] { return first->done(); });
    EXPECT_TRUE(first->succeeded());
}

TEST_F(Pool, RefusesWhatIsTooLarge) {
    auto asked = request("/*" + std::string(Limits{}.script_code_bytes, ' ') + "*/");
    EXPECT_EQ(run(std::move(asked))->error().code, "script_too_large");
    const Value scope = Object{{"input", std::string(5u << 20, 'x')}};
    EXPECT_EQ(run(request("return 1", scope))->error().code, "script_too_large");
    EXPECT_EQ(pool.counters().started, 0u) << "nothing had to be started for that";
}

TEST_F(Pool, GivesTheMemoryThatTheRunMayHave) {
    const std::string code =
        "const a = []; for (let i = 0; i < input; i++) a.push(new Uint8Array(1 << 20));"
        "return a.length";
    EXPECT_EQ(result(code, Object{{"input", 40}}), "40");
    EXPECT_FALSE(run(request(code, Object{{"input", 200}}))->succeeded());
    for (int again = 0; again < 2; ++again) {  // what the first left behind is not the second's
        auto large = request(code, Object{{"input", 200}});
        large.memory_bytes = 300u << 20;
        const auto given = run(std::move(large));
        EXPECT_TRUE(given->succeeded()) << given->error().message;
    }
}

TEST_F(Pool, SaysWhatToDoWhenThereIsNoProgram) {
    script::ScriptPool missing(loop.context, loop.clock, loop.timers,
                               {{}, "/nowhere/sluice-script"});
    Running<Value> running(loop.context, missing.run(request("return 1"), world));
    loop.run_until([&] { return running.done(); });
    EXPECT_EQ(running.error().code, "script_unavailable");
    EXPECT_THAT(running.error().message, HasSubstr("/nowhere/sluice-script"));
    script::ScriptPool wrong(loop.context, loop.clock, loop.timers, {{}, "/bin/false"});
    Running<Value> second(loop.context, wrong.run(request("return 1"), world));
    loop.run_until([&] { return second.done(); });
    EXPECT_EQ(second.error().code, "script_unavailable");
    EXPECT_THAT(second.error().message, HasSubstr("status 1"));
    bool closed = false;
    asio::co_spawn(loop.context, missing.close(), [](const std::exception_ptr&) {});
    asio::co_spawn(loop.context, wrong.close(), [&](const std::exception_ptr&) { closed = true; });
    loop.run_until([&] { return closed; });
}

TEST_F(Pool, EndsAHostThatTalksNonsense) {
    // `cat` gives the request back: no message of a host.
    script::ScriptPool parrot(loop.context, loop.clock, loop.timers, {{}, "/bin/cat"});
    Running<Value> running(loop.context, parrot.run(request("return 1"), world));
    loop.run_until([&] { return running.done(); });
    EXPECT_EQ(running.error().code, "script_unavailable");
    bool closed = false;
    asio::co_spawn(loop.context, parrot.close(), [&](const std::exception_ptr&) { closed = true; });
    loop.run_until([&] { return closed; });
}

}  // namespace
}  // namespace sluice::testing
