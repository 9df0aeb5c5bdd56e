// How programs end, and all that they have started with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/process/process_loop.hpp"

namespace sluice::testing {
namespace {

class Ending : public ProcessLoop {
  public:
    using ProcessLoop::ProcessLoop;

    ~Ending() override {
        siginfo_t state{};
        EXPECT_NE(waitid(P_ALL, 0, &state, WEXITED | WNOHANG | WNOWAIT), 0) << "a child is left";
    }

    /// How long a run takes.
    std::chrono::milliseconds time_of(ProcessRequest asked, ProcessEnd& end) {
        const auto before = std::chrono::steady_clock::now();
        end = end_of(std::move(asked));
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - before);
    }
};

TEST_F(Ending, TheTimeoutEndsIt) {
    auto asked = script("echo begun; trap 'echo told; exit 7' TERM; sleep 30 & wait");
    asked.timeout = 200ms;
    ProcessEnd end;
    EXPECT_LT(time_of(asked, end), 5s);
    EXPECT_TRUE(end.timed_out);
    EXPECT_EQ(end.output, "begun\ntold\n") << "it had time to say goodbye";
    EXPECT_EQ(end.exit_code, 7);
    EXPECT_GE(end.duration, 200ms);
}

TEST_F(Ending, WhoIgnoresSigtermIsKilled) {
    auto asked =
        script("trap '' TERM; echo $$ > " + path("pid") + "; while :; do sleep 0.05; done");
    asked.timeout = 200ms;
    ProcessEnd end;
    EXPECT_LT(time_of(asked, end), 5s);
    EXPECT_TRUE(end.timed_out);
    EXPECT_EQ(end.signal, SIGKILL);
    expect_gone(number_in("pid"));
}

TEST_F(Ending, AStoppedOneIsEnded) {
    auto asked = script("kill -STOP $$");
    asked.timeout = 100ms;
    ProcessEnd end;
    EXPECT_LT(time_of(asked, end), 5s);
    EXPECT_TRUE(end.timed_out);
}

TEST_F(Ending, CancellingEndsItBeforeItIsTold) {
    const auto running =
        start(script("trap '' TERM; echo $$ > " + path("pid") + "; while :; do sleep 0.05; done"));
    const auto process = number_in("pid");
    running->cancel();
    loop.run_until([&] { return running->done(); });
    EXPECT_TRUE(running->cancelled());
    expect_gone(process);
    EXPECT_EQ(processes.counters().busy, 0u);
}

TEST_F(Ending, CancellingTwiceIsAsGoodAsOnce) {
    const auto running =
        start(script("trap '' TERM; echo $$ > " + path("pid") + "; while :; do sleep 0.05; done"));
    const auto process = number_in("pid");
    running->cancel();
    running->cancel();
    EXPECT_FALSE(running->done());
    loop.run_until([&] { return running->done(); });
    EXPECT_TRUE(running->cancelled());
    expect_gone(process);
}

TEST_F(Ending, CancellingBeforeItBeganStartsNothingForLong) {
    const auto running = start(script("echo $$ > " + path("pid") + "; sleep 30"));
    running->cancel();
    loop.run_until([&] { return running->done(); });
    EXPECT_TRUE(running->cancelled());
    if (std::filesystem::exists(path("pid"))) expect_gone(number_in("pid"));
}

/// Grandchildren: one that just runs, one in a group and one in a session of its own, one that
/// ignores SIGTERM.
constexpr const char* grandchildren =
    "(trap '' TERM; sh -c 'echo $$ > plain; exec sleep 31') &"
    "set -m; sh -c 'echo $$ > group; exec sleep 32' & set +m;"
    "setsid sh -c 'trap \"\" TERM; echo $$ > session; sleep 33 & echo $! > below; wait' &";

TEST_F(Ending, AllDescendantsEndWithIt) {
    auto asked = script(std::string(grandchildren) + "wait");
    asked.directory = folder;
    const auto running = start(std::move(asked));
    std::vector<pid_t> all;
    for (const char* name : {"plain", "group", "session", "below"}) all.push_back(number_in(name));
    running->cancel();
    loop.run_until([&] { return running->done(); });
    for (const auto process : all) expect_gone(process);
}

TEST_F(Ending, WhatItLeavesBehindEndsWithIt) {
    auto asked = script(
        "(trap '' TERM; sh -c 'echo $$ > held; exec sleep 31') &"
        "sh -c 'echo $$ > closed; exec sleep 32' > /dev/null 2>&1 < /dev/null &"
        "while [ ! -s held ] || [ ! -s closed ]; do sleep 0.02; done; exit 5");
    asked.directory = folder;
    ProcessEnd end;
    EXPECT_LT(time_of(asked, end), 5s);
    EXPECT_EQ(end.exit_code, 5);
    EXPECT_FALSE(end.timed_out);
    expect_gone(number_in("held"));
    expect_gone(number_in("closed"));
}

TEST_F(Ending, WhatIsStillWrittenAfterItsEndIsHeard) {
    const auto end = end_of(script("(sleep 0.05; echo late) & echo early"));
    EXPECT_EQ(end.output, "early\nlate\n");
}

TEST_F(Ending, ADaemonThatHoldsThePipesDoesNotHoldTheRun) {
    // Its parent has ended before anybody looks, and it has a session of its own: out of reach.
    auto asked = script(
        "(setsid sh -c 'echo $$ > daemon; exec sleep 31' &) ; "
        "while [ ! -s daemon ]; do sleep 0.02; done");
    asked.directory = folder;
    ProcessEnd end;
    EXPECT_LT(time_of(asked, end), 5s);
    EXPECT_EQ(end.exit_code, 0);
    ::kill(number_in("daemon"), SIGKILL);
}

TEST_F(Ending, ClosedOutputsAreNotItsEnd) {
    auto asked = script("exec >&- 2>&-; sleep 0.3; exit 4");
    ProcessEnd end;
    EXPECT_GE(time_of(asked, end), 300ms);
    EXPECT_EQ(end.exit_code, 4);
}

TEST_F(Ending, ClosingEndsAllOfThem) {
    std::vector<std::unique_ptr<Running<ProcessEnd>>> all;
    for (int number = 0; number < 20; ++number) all.push_back(start(request({"sleep", "30"})));
    loop.run_until([&] { return processes.counters().busy == 16; });
    loop.run_for(100ms);
    close();
    loop.run_until([&] { return all.back()->done(); });
    for (const auto& one : all) {
        ASSERT_TRUE(one->done());
        EXPECT_EQ(one->error().code, "process_unavailable");
    }
    EXPECT_EQ(processes.counters().busy, 0u);
    EXPECT_EQ(run(request({"true"}))->error().code, "process_unavailable");
}

TEST_F(Ending, WhoIgnoresSigchldCannotRunPrograms) {
    const auto before = ::signal(SIGCHLD, SIG_IGN);
    const auto refused = run(script("exit 3"));
    ::signal(SIGCHLD, before);
    EXPECT_EQ(refused->error().code, "process_unavailable");
    EXPECT_THAT(refused->error().message, ::testing::HasSubstr("SIGCHLD"));
}

TEST_F(Ending, WhoWaitsForAnyChildLosesExitCodesOnly) {
    const auto running = start(script("echo $$ > " + path("pid") + "; sleep 0.1; echo x; exit 3"));
    const auto process = number_in("pid");
    EXPECT_EQ(waitpid(process, nullptr, 0), process);
    loop.run_until([&] { return running->done(); });
    EXPECT_EQ(running->value().output, "x\n");
    EXPECT_EQ(running->value().exit_code, -1);
}

TEST_F(Ending, NoDescriptorIsLeftHere) {
    const auto count = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    (void)end_of(script("true"));
    const auto before = count();
    for (int round = 0; round < 10; ++round) {
        auto asked = script("sleep 30 & echo x; wait");
        asked.input = "unread";
        asked.timeout = 20ms;
        (void)end_of(std::move(asked));
        (void)run(request({"no-such-program"}));
    }
    EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace sluice::testing
