// A host that somebody else leaves no processor.
#include <csignal>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {
namespace {

/// A process that computes on one core for as long as it lives.
class Burner {
  public:
    explicit Burner(int core) : process_(fork()) {
        if (process_ != 0) return;
        pin(0, core);
        for (volatile unsigned turn = 0;; turn = turn + 1) continue;
    }
    Burner(const Burner&) = delete;
    Burner& operator=(const Burner&) = delete;
    ~Burner() {
        if (process_ < 0) return;
        ::kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }

    static bool pin(pid_t process, int core) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(core, &cores);
        return sched_setaffinity(process, sizeof cores, &cores) == 0;
    }

  private:
    pid_t process_;
};

int some_core() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    sched_getaffinity(0, sizeof cores, &cores);
    for (int core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(core, &cores)) return core;
    return 0;
}

class Starved : public PoolLoop, public ::testing::WithParamInterface<CodeLanguage> {
  public:
    Starved() : PoolLoop(test_limits(), GetParam()) {}
};

TEST_P(Starved, IsSlowOrAClearErrorAndTheNextRunIsWell) {
    ASSERT_EQ(result("return 1"), "1");
    const int core = some_core();
    {
        const Burner one(core);
        const Burner two(core);
        const sched_param none{};
        ASSERT_TRUE(Burner::pin(pool.idle_process(), core));
        ASSERT_EQ(sched_setscheduler(pool.idle_process(), SCHED_IDLE, &none), 0);
        auto asked =
            request(GetParam() == CodeLanguage::python
                        ? "return sum(range(1000000))"
                        : "let sum = 0; for (let i = 0; i < 1e6; ++i) sum += i; return sum");
        asked.timeout = 1'000ms;
        const auto running = run(std::move(asked));
        const std::string outcome =
            running->succeeded() ? to_json(running->value()) : running->error().code;
        EXPECT_TRUE(outcome == "499999500000" || outcome == "script_timeout") << outcome;
        EXPECT_TRUE(running->succeeded() || !running->error().message.empty());
    }
    EXPECT_EQ(result("return 2"), "2");
}

INSTANTIATE_TEST_SUITE_P(Languages, Starved,
                         ::testing::Values(CodeLanguage::javascript, CodeLanguage::python),
                         [](const auto& language) { return std::string(to_word(language.param)); });

}  // namespace
}  // namespace sluice::testing
