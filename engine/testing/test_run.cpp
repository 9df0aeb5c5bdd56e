#include "engine/testing/test_run.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/run/why.hpp"
#include "engine/testing/judge.hpp"
#include "engine/testing/people.hpp"
#include "engine/testing/tested_flow.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t most_kills = 30;
constexpr Milliseconds longest_test = std::chrono::days(3'660);

class Run {
  public:
    Run(const TestCase& test, const definition::FlowSource& flow, const TestServices& services,
        const TestFaults& faults)
        : test_(test),
          flow_(flow),
          services_(services),
          faults_(faults),
          begin_(services.real.steady()),
          disk_(services.loop.get_executor()),
          world_(test, faults),
          people_(test, disk_, world_),
          random_(faults.seed),
          dying_(faults.seed, 2),
          script_(faults.seed, 3) {
        flow_.dialect = std::string(tested_dialect);
        report_.name = test.name;
    }

    TestReport run() {
        try {
            auto secrets = Secrets::create(test_.secrets, services_.limits);
            if (!secrets) throw ErrorException(secrets.error());
            secrets_ = *secrets;
            play();
            look_back();
        } catch (const ErrorException& error) {
            report_.failures.insert(report_.failures.begin(),
                                    {error.error().message + " [" + error.error().code + "]", {}});
        } catch (const std::exception& error) {
            report_.failures.insert(report_.failures.begin(), {error.what(), {}});
        }
        life_.reset();
        report_.faults.failed_calls = world_.failed_calls();
        report_.took = std::chrono::duration_cast<Milliseconds>(services_.real.steady() - begin_);
        return std::move(report_);
    }

  private:
    void boot(Milliseconds before) {
        const bool may_die = faults_.kill && report_.faults.kills < most_kills;
        const auto wall = test_.clock.value_or(SimulatedClock::default_begin) + before;
        life_ = std::make_unique<TestLife>(
            services_, TestLife::Setup{disk_, world_, random_, may_die ? &dying_ : nullptr,
                                       secrets_, test_.environment, wall, before, !faults_.any()});
        life_->people.spawn(begin(life_.get()));
    }

    task<void> begin(TestLife* life) {
        try {
            co_await come_up(life);
        } catch (const ErrorException& error) {
            if (!life->journal.dead()) trouble_ = error.error();
        }
    }

    task<void> come_up(TestLife* life) {
        co_await life->engine.load();
        if (life->engine.flows().all().empty()) {
            const auto stored = co_await life->engine.flows().put(flow_);
            if (!stored) throw ErrorException(stored.error());
        }
        program_ = life->engine.flows().all().front()->program;
        world_.knows(program_);
        (void)co_await life->engine.recover();
        if (disk_.execution) co_return;
        Start start;
        start.program = program_;
        start.input = test_.input;
        start.trigger_json = to_json(test_.trigger);
        const auto started = life->engine.scheduler().start(std::move(start));
        if (!started) refusal_ = started.error();
    }

    void kill() {
        ++report_.faults.kills;
        const auto elapsed = life_->elapsed();
        life_->end();
        life_.reset();
        people_.hang_up();
        boot(elapsed);
    }

    /// Until it has ended, or nothing goes on by itself any more.
    void play() {
        boot(0ms);
        for (;;) {
            life_->settle();
            if (life_->journal.dead()) {
                kill();
                continue;
            }
            if (trouble_) throw ErrorException(*trouble_);
            if (refusal_ || disk_.ended) return;
            const auto timer = life_->timers.next_due();
            const auto people = people_.next();
            if (!timer && !people) return;
            if (life_->elapsed() > longest_test)
                throw ErrorException(Error{"test_too_long", "after ten years it goes on", {}});
            auto step = Milliseconds::max();
            if (timer) step = std::chrono::ceil<Milliseconds>(*timer - life_->clock.steady());
            if (people) step = std::min(step, *people - life_->elapsed());
            disturb(std::max(step, 0ms));
            if (life_->journal.dead()) continue;
            life_->advance(std::max(step, 0ms));
            if (!life_->journal.dead()) people_.act(*life_);
        }
    }

    /// Faults between commits, before this time passes.
    void disturb(Milliseconds step) {
        if (faults_.kill && report_.faults.kills < most_kills && script_.percent(10))
            life_->journal.die();
        if (!faults_.clock || life_->journal.dead()) return;
        const Milliseconds most = std::min<Milliseconds>(step / 4, 1h);
        const auto truth = test_.clock.value_or(SimulatedClock::default_begin) + life_->elapsed();
        const auto wrong = life_->clock.wall() - truth;
        if (most > 0ms && script_.percent(30)) {
            const auto range = static_cast<std::uint64_t>(2 * most.count() + 1);
            ++report_.faults.clock_jumps;
            life_->clock.set_wall(truth + Milliseconds(script_.below(range)) - most);
        } else if (wrong > most || wrong < -most) {
            life_->clock.set_wall(truth);
        } else {
            return;
        }
        life_->engine.clock_jumped();
        life_->settle();
    }

    void look_back() {
        report_.simulated = disk_.changed;
        TestResult result;
        result.simulated = report_.simulated;
        result.refusal = refusal_;
        if (refusal_ || !disk_.execution) {
            report_.status = "refused";
            if (!refusal_) throw std::logic_error("the execution never began");
            report_.failures = judge(test_.expect, result, world_, faults_.any());
            return;
        }
        const auto journal = life_->finish(disk_.store.journal(*disk_.execution));
        const Timeline timeline(*program_, journal);
        result.program = program_.get();
        result.timeline = &timeline;
        result.runs = timeline.runs();
        for (auto& run : result.runs)
            if (run.output_artifact) run.output = value_of(*run.output_artifact);
        result.output = timeline.state().result_artifact()
                            ? value_of(*timeline.state().result_artifact())
                            : timeline.state().result();
        if (!timeline.state().ended())
            result.waits_for = "it waits: " + explain(*program_, timeline.state(), result.runs,
                                                      {*disk_.execution, disk_.created})
                                                  .summary;
        report_.status = to_word(timeline.state().status());
        report_.failures = judge(test_.expect, result, world_, faults_.any());
        for (const auto& run : result.runs) report_.timeline.push_back(line_of(run));
    }

    Value value_of(const Artifact& artifact) {
        return *life_->finish(disk_.store.artifact_value(artifact.key.hash)).value();
    }

    TimelineLine line_of(const NodeRun& run) const {
        TimelineLine line;
        if (run.started && run.status != NodeRunStatus::skipped)
            line.at = *run.started - disk_.created;
        if (line.at && run.ended) line.took = *run.ended - *run.started;
        line.node = program_->node_id(run.node);
        line.what = to_word(run.status);
        if (!run.error.is_null())
            line.more =
                text_member(run.error, "message") + " [" + text_member(run.error, "code") + "]";
        else if (run.outcome != success_outcome)
            line.more = run.outcome;
        return line;
    }

    const TestCase& test_;
    definition::FlowSource flow_;
    const TestServices& services_;
    TestFaults faults_;
    SteadyTime begin_;
    TestDisk disk_;
    TestWorld world_;
    TestPeople people_;
    SeededRandom random_;
    TestLuck dying_;
    TestLuck script_;
    std::shared_ptr<const Secrets> secrets_;
    std::shared_ptr<const Program> program_;
    std::optional<Error> refusal_;
    std::optional<Error> trouble_;  // of coming up
    TestReport report_;
    std::unique_ptr<TestLife> life_;
};

}  // namespace

TestReport run_test(const TestCase& test, const definition::FlowSource& flow,
                    const TestServices& services, const TestFaults& faults) {
    return Run(test, flow, services, faults).run();
}

}  // namespace sluice::testing
