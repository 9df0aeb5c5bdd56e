// What is heard of a program, and how many run.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/process/process_loop.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Processes = ProcessLoop;

TEST_F(Processes, BothOutputsAndTheExitCode) {
    const auto end = end_of(script("echo out; echo err >&2; exit 3"));
    EXPECT_EQ(end.output, "out\n");
    EXPECT_EQ(end.error, "err\n");
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_EQ(end.signal, 0);
    EXPECT_FALSE(end.timed_out);
    EXPECT_FALSE(end.truncated);
}

TEST_F(Processes, ASignalIsToldAsShellsDo) {
    const auto end = end_of(script("kill -SEGV $$"));
    EXPECT_EQ(end.signal, SIGSEGV);
    EXPECT_EQ(end.exit_code, 128 + SIGSEGV);
}

TEST_F(Processes, LinesComeWhileItRuns) {
    std::vector<std::string> lines;
    auto asked = script("echo one; echo two >&2; while [ ! -e " + path("go") +
                        " ]; do sleep 0.02; done; printf three");
    asked.line = [&lines](ProcessStream stream, std::string_view line) {
        lines.push_back((stream == ProcessStream::error ? "!" : "") + std::string(line));
        return true;
    };
    const auto running = start(std::move(asked));
    loop.run_until([&] { return lines.size() == 2; });
    EXPECT_FALSE(running->done());
    std::ofstream(path("go")) << "\n";
    loop.run_until([&] { return running->done(); });
    std::sort(lines.begin(), lines.begin() + 2);
    EXPECT_THAT(lines, ElementsAre("!two", "one", "three"));
}

TEST_F(Processes, TenMegabytesAreReadAndCut) {
    auto asked = script("head -c 10485760 /dev/zero | tr '\\0' x; echo end >&2");
    const auto end = end_of(asked);
    EXPECT_EQ(end.output.size(), 1u << 20);
    EXPECT_TRUE(end.truncated);
    EXPECT_EQ(end.exit_code, 0) << "it was not stopped by a pipe that is full or closed";
    EXPECT_EQ(end.error, "end\n");
}

TEST_F(Processes, BytesOfAnyKindComeThrough) {
    const auto end = end_of(script("printf '\\377\\000\\200\\n'"));
    EXPECT_EQ(end.output, std::string("\xFF\0\x80\n", 4));
}

TEST_F(Processes, AFloodOfLinesLeavesTheLoopToOthers) {
    auto asked = request({"yes"});
    asked.timeout = 400ms;
    asked.line = [](ProcessStream, std::string_view) { return true; };
    const auto running = start(std::move(asked));
    auto longest = 0ns;
    auto last = std::chrono::steady_clock::now();
    timer_queue::Handle next;
    const std::function<void()> beat = [&] {
        const auto now = std::chrono::steady_clock::now();
        longest = std::max<std::chrono::nanoseconds>(longest, now - last);
        last = now;
        next = loop.timers.add(now + 1ms, beat);
    };
    next = loop.timers.add(last, beat);
    loop.run_until([&] { return running->done(); });
    loop.timers.cancel(next);
    EXPECT_TRUE(running->value().timed_out);
    EXPECT_LT(longest, 250ms);
}

class TwoAtOnce : public ProcessLoop {
  public:
    TwoAtOnce() : ProcessLoop(options()) {}
    static process::ProcessesOptions options() {
        auto options = test_options();
        options.at_once = 2;
        options.waiting = 3;
        options.wait = 200ms;
        return options;
    }
};

TEST_F(TwoAtOnce, TheOthersWaitTheirTurn) {
    std::vector<std::unique_ptr<Running<ProcessEnd>>> all;
    for (int number = 0; number < 5; ++number) all.push_back(start(request({"sleep", "0.05"})));
    loop.run_until([&] { return processes.counters().waiting == 3; });
    EXPECT_EQ(processes.counters().busy, 2u);
    const auto refused = run(request({"true"}));
    EXPECT_EQ(refused->error().code, "process_busy");
    EXPECT_TRUE(refused->error().retryable);
    EXPECT_THAT(refused->error().message, HasSubstr("--shell-processes"));
    loop.run_until(
        [&] { return std::all_of(all.begin(), all.end(), [](auto& one) { return one->done(); }); });
    for (const auto& one : all) EXPECT_TRUE(one->succeeded());
}

TEST_F(TwoAtOnce, NobodyWaitsForEver) {
    const auto first = start(request({"sleep", "5"}));
    const auto second = start(request({"sleep", "5"}));
    const auto third = run(request({"true"}));
    EXPECT_EQ(third->error().code, "process_busy");
    EXPECT_EQ(processes.counters().waiting, 0u);
    finish({first.get(), second.get()});
}

TEST_F(TwoAtOnce, WhoIsCancelledWhileWaitingLeavesTheQueue) {
    const auto first = start(request({"sleep", "0.1"}));
    const auto second = start(request({"sleep", "0.1"}));
    const auto third = start(request({"true"}));
    const auto fourth = start(request({"true"}));
    loop.run_until([&] { return processes.counters().waiting == 2; });
    third->cancel();
    loop.run_until([&] { return third->done(); });
    EXPECT_TRUE(third->cancelled());
    loop.run_until([&] { return fourth->done(); });
    EXPECT_TRUE(fourth->succeeded());
    loop.run_until([&] { return first->done() && second->done(); });
    EXPECT_EQ(processes.counters().runs, 3u);
}

TEST_F(Processes, TwoHundredAtOnce) {
    std::vector<std::unique_ptr<Running<ProcessEnd>>> all;
    std::size_t busiest = 0;
    for (int number = 0; number < 200; ++number)
        all.push_back(start(
            script("echo " + std::to_string(number) + "; exit " + std::to_string(number % 5))));
    loop.run_until([&] {
        busiest = std::max(busiest, processes.counters().busy);
        return std::all_of(all.begin(), all.end(), [](auto& one) { return one->done(); });
    });
    EXPECT_EQ(busiest, 16u);
    for (std::size_t number = 0; number < all.size(); ++number) {
        ASSERT_TRUE(all[number]->succeeded()) << all[number]->error().message;
        EXPECT_EQ(all[number]->value().output, std::to_string(number) + "\n");
        EXPECT_EQ(all[number]->value().exit_code, static_cast<int>(number % 5));
    }
    siginfo_t state{};
    EXPECT_NE(waitid(P_ALL, 0, &state, WEXITED | WNOHANG | WNOWAIT), 0) << "a child is left";
}

}  // namespace
}  // namespace sluice::testing
