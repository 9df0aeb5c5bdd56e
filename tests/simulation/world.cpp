#include "tests/simulation/world.hpp"

#include <algorithm>
#include <exception>
#include <functional>

#include "engine/model/json_text.hpp"

#include "tests/simulation/random_flow.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

constexpr int rounds_to_the_end = 400;

class World {
  public:
    World(std::uint64_t seed, bool faults, bool trace)
        : seed_(seed),
          faults_(faults),
          script_(seed, 1),
          engine_random_(seed * 31 + 7),
          disk_luck_(seed, 2),
          people_(seed, durable_) {
        durable_.report.trace = trace;
        Chance shape(seed, 3);
        repeatable_ = shape.percent(50);
        limits_.passivate_after = shape.pick({0ms, 5ms, 1'000ms, 5'000ms});
        limits_.waiting_in_memory = shape.pick<std::size_t>({0, 2, 10'000});
        limits_.due_holds_in_memory = shape.pick<std::size_t>({2, 5, 20'000});
        limits_.start_key_window = std::chrono::days(3'650);  // people ask again for long
        limits_.pure_nodes_a_turn = shape.pick({1u, 64u});
        // Mostly nothing is large; or nearly everything is, and held back at once.
        if (seed % 3 == 0) {
            limits_.artifact_bytes = seed % 2 == 0 ? 20 : 60;
            limits_.uncommitted_bytes = seed % 5 == 0 ? 0 : 200;
        }
        // To wait as a suspect changes no end; a crash loop is none that every run comes to.
        limits_.recoveries = shape.pick({0u, 1u, 2u, 1'000u});
        limits_.recoveries_alone = repeatable_ ? 1'000 : shape.pick({1u, 3u, 1'000u});
        limits_.alone_bound = shape.pick({0ms, 20ms, 10'000ms});
        store_flows(shape);
    }

    Outcome run() {
        try {
            play();
            come_to_the_end();
            judge();
        } catch (const std::exception& error) {
            durable_.report.violation(error.what());
            (void)process_.release();  // it cannot be taken apart: left to the end of the program
        }
        process_.reset();
        Outcome outcome;
        outcome.violations = durable_.report.violations;
        outcome.journal_digest = durable_.ledger.journal_digest();
        outcome.repeatable = repeatable_;
        outcome.executions = durable_.ledger.entries().size();
        outcome.events = durable_.ledger.events();
        outcome.effects = effects_;
        outcome.crashes = crashes_;
        outcome.passivated = passivated_;
        for (const auto& [id, entry] : durable_.ledger.entries()) {
            auto& text = outcome.final_states[entry.n];
            text = entry.final_state;
            for (const auto& end : entry.ends) text += "; " + end;
        }
        return outcome;
    }

  private:
    void store_flows(Chance& shape) {
        boot();
        process_->advance(1s);
        for (int count = shape.between(1, 3), at = 0; at < count; ++at) {
            const auto source = random_flow(shape, "flow" + std::to_string(at), repeatable_);
            durable_.report.say(source);
            std::optional<std::string> problem;
            const auto store = [this, source, &problem]() -> task<void> {
                const auto stored = co_await process_->engine.flows().put({source});
                if (!stored) {
                    problem = to_json(stored.error().details);
                    co_return;
                }
                durable_.ledger.know(stored.value()->record.revision, stored.value()->program);
                flows_.push_back(stored.value()->record.number);
            };
            auto work = store();
            process_->clients.spawn(std::move(work));
            process_->advance(1s);
            if (problem) throw std::runtime_error(source + *problem);
        }
    }

    void boot() {
        Process::Setup setup;
        setup.seed = seed_;
        setup.begin = wall_;
        setup.limits = limits_;
        setup.health = &health_;
        setup.disk_luck = &disk_luck_;
        setup.random = &engine_random_;
        process_ = std::make_unique<Process>(durable_, setup);
        process_->begin();
    }

    void end_process(bool crash) {
        durable_.report.say(crash ? "-- crash" : "-- stop");
        wall_ = process_->clock.wall();
        effects_ += process_->service.calls();
        passivated_ += process_->engine.scheduler().counters().passivated;
        crash ? process_->crash() : process_->stop();
        process_.reset();
        people_.forget_calls();
        ++crashes_;
    }

    Value input_of(int n) {
        Chance chance(seed_, 1'000 + static_cast<std::uint64_t>(n));
        Array bits;
        for (int at = 0; at < 8; ++at) bits.emplace_back(chance.percent(50));
        return Object{{"n", n},
                      {"rounds", chance.between(1, 5)},
                      {"word", chance.pick<std::string>({"a", "b", "c"})},
                      {"bits", std::move(bits)}};
    }

    void ask_for(int n) {
        Chance chance(seed_, 2'000 + static_cast<std::uint64_t>(n));
        people_.start(*process_, n, flows_[chance.below(flows_.size())], input_of(n));
    }

    std::vector<HoldRecord> open_holds(std::optional<HoldKind> kind) const {
        std::vector<HoldRecord> open;
        for (const auto& [id, rows] : durable_.rows.all())
            for (const auto& hold : rows)
                if (!kind || hold.kind == *kind) open.push_back(hold);
        return open;
    }

    std::optional<Uuid> somebody() {
        std::vector<Uuid> ids;
        for (const auto& [id, entry] : durable_.ledger.entries())
            if (!entry.state.ended()) ids.push_back(id);
        if (ids.empty()) return std::nullopt;
        return ids[script_.below(ids.size())];
    }

    void decide_one() {
        const auto open = open_holds(HoldKind::approval);
        if (open.empty()) return;
        people_.decide(*process_, open[script_.below(open.size())], repeatable_, script_);
    }

    void signal_one() {
        const auto open = open_holds(HoldKind::signal);
        if (!open.empty() && script_.percent(60))
            people_.signal(*process_, open[script_.below(open.size())].key, script_);
        else  // early, or for nobody
            people_.signal(*process_,
                           std::to_string(script_.below(static_cast<std::uint64_t>(starts_))) +
                               "-n" + std::to_string(script_.below(9)),
                           script_);
    }

    void play() {
        starts_ = script_.between(1, 8);
        const auto pace = script_.pick({5, 100, 3'000, 100'000});
        const int actions = script_.between(5, 50);
        int next = 0;
        for (int action = 0; action < actions; ++action) {
            process_->advance(Milliseconds(script_.between(0, pace)));
            if (next < starts_ && script_.percent(40)) {
                ask_for(next++);
                if (script_.percent(50)) continue;  // with what comes next in one turn
            }
            act();
            if (script_.percent(30)) process_->turns(script_.between(1, 12));
        }
    }

    void act() {
        switch (script_.below(repeatable_ ? 9 : 16)) {
            case 0:
            case 1:
                return decide_one();
            case 2:
            case 3:
                return signal_one();
            case 4:
            case 5:
                return lose_power();
            case 6:
                if (!faults_) return;
                health_.failing_percent = script_.pick({0u, 0u, 20u, 80u});
                health_.failure = script_.pick({"store_failed", "store_full"});
                return;
            case 7:
                if (faults_) health_.slow_percent = script_.pick({0u, 40u, 100u});
                return;
            case 8:
                if (!faults_ || !script_.percent(50)) return;
                end_process(false);
                boot();
                return;
            default:
                return meddle();
        }
    }

    /// What changes how executions end.
    void meddle() {
        const auto id = somebody();
        if (!id) return;
        switch (script_.below(10)) {
            case 0:
            case 1:
                return people_.cancel(*process_, *id, false);
            case 2:
                return people_.cancel(*process_, *id, true);
            case 3:
            case 4:
                return people_.pause(*process_, *id);
            case 5:
                return people_.resume(*process_, *id);
            case 6:  // both in one turn
                people_.pause(*process_, *id);
                return people_.cancel(*process_, *id, false);
            case 7:
                for (const auto& hold : open_holds(HoldKind::interrupt))
                    people_.settle_interrupt(*process_, hold, script_);
                return;
            case 8:
                if (script_.percent(30))
                    process_->clock.set_wall(process_->clock.wall() +
                                             script_.pick({-24h, -1h, 1h, 24h}));
                return;
            default:
                return decide_one();
        }
    }

    void lose_power() {
        process_->turns(script_.between(0, 25));
        if (!faults_) return;
        end_process(true);
        if (script_.percent(50)) wall_ += Milliseconds(script_.between(0, 5'000'000));
        boot();
        if (script_.percent(20)) process_->turns(script_.between(0, 40));
    }

    bool everything_has_ended() const {
        if (static_cast<int>(people_.started().size()) < starts_) return false;
        const auto& entries = durable_.ledger.entries();
        return std::all_of(entries.begin(), entries.end(),
                           [](const auto& entry) { return entry.second.state.ended(); });
    }

    /// The disk is well, nothing crashes any more, and people do what is asked of them.
    void come_to_the_end() {
        health_ = {};
        Chance chance(seed_, 4);
        Milliseconds step = 100ms;
        for (int round = 0; round < rounds_to_the_end; ++round) {
            if (everything_has_ended()) return;
            for (int n = 0; n < starts_; ++n) ask_for(n);
            for (const auto& hold : open_holds(std::nullopt)) serve(hold, chance);
            process_->advance(step);
            step = std::min<Milliseconds>(step * 3 / 2, 8h);
        }
        for (const auto& [id, entry] : durable_.ledger.entries())
            if (!entry.state.ended())
                durable_.report.violation("execution " + std::to_string(entry.n) + " (" +
                                          id.to_string() + ") is stuck as " +
                                          std::string(to_word(entry.state.status())));
        for (int n = 0; n < starts_; ++n)
            if (!people_.started().contains(n))
                durable_.report.violation("start " + std::to_string(n) + " never came about");
    }

    void serve(const HoldRecord& hold, Chance& chance) {
        switch (hold.kind) {
            case HoldKind::approval:
                return people_.decide(*process_, hold, repeatable_, chance);
            case HoldKind::signal:
                return people_.signal(*process_, hold.key, chance);
            case HoldKind::pause:
                return people_.resume(*process_, hold.execution);
            case HoldKind::interrupt:
                return people_.settle_interrupt(*process_, hold, chance);
            default:
                return;
        }
    }

    void judge() {
        auto& report = durable_.report;
        process_->advance(std::chrono::days(20));
        people_.check();
        std::map<std::int64_t, int> starts;
        for (const auto& [id, entry] : durable_.ledger.entries())
            if (++starts[entry.n] > 1)
                report.violation("start " + std::to_string(entry.n) + " began two executions");
        if (!process_->quiet()) report.violation("something still goes on after the end");
        if (process_->engine.scheduler().live() != 0)
            report.violation("an execution stays in memory after its end");
        if (process_->timers.size() != 0)
            report.violation(std::to_string(process_->timers.size()) +
                             " timers are left when everything has ended");
        if (!open_holds(std::nullopt).empty())
            report.violation("a hold is left when everything has ended");
        effects_ += process_->service.calls();
        passivated_ += process_->engine.scheduler().counters().passivated;
    }

    std::uint64_t seed_;
    bool faults_;
    Chance script_;
    SeededRandom engine_random_;
    Chance disk_luck_;
    Durable durable_;
    People people_;
    DiskHealth health_;
    Limits limits_;
    bool repeatable_ = false;
    WallTime wall_ = SimulatedClock::default_begin;
    std::vector<std::int64_t> flows_;
    int starts_ = 0;
    std::uint64_t effects_ = 0;
    std::uint64_t crashes_ = 0;
    std::uint64_t passivated_ = 0;
    std::unique_ptr<Process> process_;
};

}  // namespace

Outcome run_seed(std::uint64_t seed, bool faults, bool trace) {
    return World(seed, faults, trace).run();
}

}  // namespace sluice::testing
