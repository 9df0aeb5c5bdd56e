#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/async/timers.hpp"
#include "engine/model/json_text.hpp"
#include "script/pool/pool.hpp"

#include "tests/http/client_loop.hpp"

namespace sluice::testing {

using namespace std::chrono_literals;

/// What the code of a test may ask for: sleeps are real, `http` answers with its argument.
class TestWorld final : public ScriptWorld {
  public:
    TestWorld(timer_queue& timers, const Clock& clock) : timers_(timers), clock_(clock) {}

    void log(LogLevel level, std::string message) override {
        lines.push_back(std::string(to_word(level)) + " " + message);
    }

    task<Value> call(std::string name, std::uint32_t number, Value argument) override {
        calls.push_back(name + " " + std::to_string(number) + " " + to_json(argument));
        if (argument.is_object() && argument.get_object().contains("fail"))
            throw NodeFailure(NodeError{"http_timeout", "nobody answered", {}, true});
        if (argument.is_object() && argument.get_object().contains("huge"))
            co_return Value(std::string(8u << 20, 'x'));
        if (name == "sleep") {
            struct Sleeping {
                int& count;
                explicit Sleeping(int& counted) : count(counted) { ++count; }
                ~Sleeping() { --count; }
            };
            const Sleeping counted(sleeping);
            co_await sleep_until(
                timers_, clock_.steady() + std::chrono::milliseconds(argument.to_number<int>()));
            co_return Value{};
        }
        co_return Object{{"echo", std::move(argument)}};
    }

    [[nodiscard]] WallTime now() const override { return WallTime(1'700'000'001'000ms); }

    std::vector<std::string> lines;
    std::vector<std::string> calls;
    int sleeping = 0;  ///< sleeps that have begun and not ended

  private:
    timer_queue& timers_;
    const Clock& clock_;
};

/// A pool of real hosts on a real loop.
class PoolLoop : public ::testing::Test {
  public:
    explicit PoolLoop(Limits limits = test_limits(),
                      CodeLanguage language = CodeLanguage::javascript)
        : pool(loop.context, loop.clock, loop.timers, {limits, {}, language}),
          language_(language) {}

    ~PoolLoop() override {
        bool closed = false;
        asio::co_spawn(loop.context, pool.close(), [&closed](const std::exception_ptr& failure) {
            EXPECT_FALSE(failure) << "the pool closes without a failure";
            closed = true;
        });
        loop.run_until([&] { return closed; });
    }

    static Limits test_limits() {
        Limits limits;
        limits.script_cpu = 1'000ms;
        limits.script_grace = 1'500ms;
        return limits;
    }

    static ScriptRequest request(std::string code, Value scope = Object{}) {
        ScriptRequest request;
        request.code = std::move(code);
        request.scope = std::move(scope);
        request.now = WallTime(1'700'000'000'000ms);
        request.seed = 7;
        return request;
    }

    /// One run to its end.
    std::unique_ptr<Running<Value>> run(ScriptRequest asked) {
        auto running = start(std::move(asked));
        loop.run_until([&] { return running->done(); });
        return running;
    }
    std::unique_ptr<Running<Value>> start(ScriptRequest asked) {
        asked.language = language_;
        return std::make_unique<Running<Value>>(loop.context, pool.run(std::move(asked), world));
    }

    /// The result as JSON, or the error's code.
    std::string result(std::string code, Value scope = Object{}) {
        const auto running = run(request(std::move(code), std::move(scope)));
        return running->succeeded() ? to_json(running->value()) : running->error().code;
    }
    /// What is wrong with texts, as `0 2:3 message`; the error's code when they were not parsed.
    std::vector<std::string> check(std::vector<ScriptText> texts) {
        Running<std::vector<ScriptProblem>> running(loop.context,
                                                    pool.check(language_, std::move(texts)));
        loop.run_until([&] { return running.done(); });
        if (!running.succeeded()) return {running.error().code};
        std::vector<std::string> problems;
        for (const auto& problem : running.value())
            problems.push_back(std::to_string(problem.text) + " " + std::to_string(problem.line) +
                               ":" + std::to_string(problem.column) + " " + problem.message);
        return problems;
    }
    static std::shared_ptr<const CodeModules> modules(CodeModules modules) {
        return std::make_shared<const CodeModules>(std::move(modules));
    }
    NodeError error(std::string code) {
        const auto running = run(request(std::move(code)));
        EXPECT_FALSE(running->succeeded());
        return running->error();
    }

    ClientLoop loop;
    script::ScriptPool pool;
    std::shared_ptr<TestWorld> world = std::make_shared<TestWorld>(loop.timers, loop.clock);

  private:
    CodeLanguage language_;
};

}  // namespace sluice::testing
