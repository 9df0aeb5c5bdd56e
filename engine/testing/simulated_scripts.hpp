#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/nodes/script_runner.hpp"

namespace sluice::testing {

/// Real script hosts in simulated time: knows whether code computes, which takes real time while
/// the simulated clock stands still, or waits for one of its calls, which takes simulated time.
class SimulatedScripts final : public ScriptRunner {
  public:
    explicit SimulatedScripts(ScriptRunner& real) : real_(real) {}

    /// Time is not to pass meanwhile.
    [[nodiscard]] bool computing() const { return runs_ > waiting_; }

    task<Value> run(ScriptRequest request, std::shared_ptr<ScriptWorld> world) override {
        const Counted counted(runs_);
        co_return co_await real_.run(std::move(request),
                                     std::make_shared<World>(*this, std::move(world)));
    }
    task<std::vector<ScriptProblem>> check(CodeLanguage language,
                                           std::vector<ScriptText> texts) override {
        const Counted counted(runs_);
        co_return co_await real_.check(language, std::move(texts));
    }
    [[nodiscard]] std::optional<NodeError> refusal(CodeLanguage language) const override {
        return real_.refusal(language);
    }

  private:
    struct Counted {
        explicit Counted(int& counter) : counter_(counter) { ++counter_; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        ~Counted() { --counter_; }
        int& counter_;
    };

    /// A run that has calls under way waits; as long as it has any it counts once.
    class World final : public ScriptWorld {
      public:
        World(SimulatedScripts& scripts, std::shared_ptr<ScriptWorld> real)
            : scripts_(scripts), real_(std::move(real)) {}

        void log(LogLevel level, std::string message) override {
            real_->log(level, std::move(message));
        }
        task<Value> call(std::string name, std::uint32_t number, Value argument) override {
            if (calls_++ == 0) ++scripts_.waiting_;
            struct Leave {
                World& world;
                ~Leave() {
                    if (--world.calls_ == 0) --world.scripts_.waiting_;
                }
            };
            const Leave leave{*this};
            co_return co_await real_->call(std::move(name), number, std::move(argument));
        }
        [[nodiscard]] WallTime now() const override { return real_->now(); }

      private:
        SimulatedScripts& scripts_;
        std::shared_ptr<ScriptWorld> real_;
        int calls_ = 0;
    };

    ScriptRunner& real_;
    int runs_ = 0;
    int waiting_ = 0;
};

}  // namespace sluice::testing
