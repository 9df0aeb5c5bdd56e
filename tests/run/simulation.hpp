#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"
#include "engine/run/timeline.hpp"

#include "tests/run/fake_http_client.hpp"
#include "tests/run/fakes.hpp"

namespace sluice::testing {

using namespace std::chrono_literals;

/// An execution that a test watches.
struct Watched {
    std::shared_ptr<LiveExecution> execution;
    int accepted = 0;  ///< how often it was told
    int ended = 0;
    std::optional<Error> refusal;

    [[nodiscard]] std::string status() const {
        return std::string(to_word(execution->state.status()));
    }
    [[nodiscard]] std::string result() const { return to_json(execution->state.result()); }
    [[nodiscard]] std::string error_code() const {
        const auto* const error = execution->state.error().if_object();
        return error == nullptr ? "" : std::string(error->at("code").as_string());
    }
};

/// An engine without a clock, a socket or a disk: everything that it waits for is moved by hand.
class Simulation {
  public:
    struct Setup {
        Limits limits;
        std::uint64_t seed = 1;
        WallTime begin = SimulatedClock::default_begin;
        /// What an earlier process left behind, in the order in which it was committed.
        std::vector<std::vector<Append>> history;
        /// The flows that were there then.
        std::vector<std::string> flows;
        std::map<std::string, std::string> secrets;
    };

    Simulation() : Simulation(Setup{}) {}
    explicit Simulation(Setup setup)
        : clock(setup.begin),
          random(setup.seed),
          store(context.get_executor()),
          journal(store),
          http(timers, clock),
          engine(context, options(setup.limits, setup.secrets)) {
        for (auto& type : nodes.types()) engine.nodes().add(std::move(type)).value();
        for (const auto& source : setup.flows) flow(source);
        for (auto& group : setup.history)
            store.commit(std::move(group),
                         [](const std::optional<Error>&, const std::vector<Append>&) {});
        settle();
    }

    ~Simulation() {
        store.fail_commits(std::nullopt);
        store.hold_commits(false);
        bool stopped = false;
        asio::co_spawn(context, engine.stop(0ms), [&stopped](const std::exception_ptr& failure) {
            EXPECT_FALSE(failure) << "the engine stops without a failure";
            stopped = true;
        });
        settle();
        advance(20s);
        EXPECT_TRUE(stopped) << "the engine stops when it is told to";
    }

    /// Runs everything that can run now; time stands still.
    void settle() {
        do {
            // As in production, timers fire inside a handler of the loop.
            if (const auto due = timers.next_due(); due && *due <= clock.steady())
                asio::post(context, [this] { timers.fire_due(clock.steady()); });
            context.restart();
        } while (context.poll() != 0);
    }

    /// One turn of the loop at most.
    std::size_t turn() {
        context.restart();
        return context.poll_one();
    }

    /// Lets time pass, timer by timer.
    void advance(Milliseconds span) {
        const auto until = clock.steady() + span;
        settle();
        for (auto due = timers.next_due(); due && *due <= until; due = timers.next_due()) {
            clock.advance(std::chrono::ceil<Milliseconds>(*due - clock.steady()));
            settle();
        }
        clock.advance(std::chrono::ceil<Milliseconds>(until - clock.steady()));
        settle();
    }

    template <typename T>
    T run(task<T> work) {
        std::optional<T> value;
        asio::co_spawn(context, std::move(work),
                       [&value](const std::exception_ptr& failure, T got) {
                           if (failure) std::rethrow_exception(failure);
                           value.emplace(std::move(got));
                       });
        settle();
        return std::move(value).value();
    }

    /// Stores a flow.
    std::shared_ptr<const Program> flow(const std::string& source) {
        auto stored = run(engine.flows().put({source}));
        EXPECT_TRUE(stored) << (stored ? "" : to_json(stored.error().details));
        return stored.value()->program;
    }

    result<std::shared_ptr<LiveExecution>> try_start(const std::string& source,
                                                     Value input = Object{}) {
        return engine.start(flow(source), std::move(input));
    }

    /// Starts a flow without letting the loop turn.
    std::shared_ptr<Watched> start(const std::shared_ptr<const Program>& program,
                                   Value input = Object{}) {
        return watch(engine.start(program, std::move(input)).value());
    }
    std::shared_ptr<Watched> start(const std::string& source, Value input = Object{}) {
        return start(flow(source), std::move(input));
    }

    /// Starts a flow and runs what can run without time.
    std::shared_ptr<Watched> finish(const std::string& source, Value input = Object{}) {
        auto watched = start(source, std::move(input));
        settle();
        return watched;
    }

    std::shared_ptr<Watched> watch(std::shared_ptr<LiveExecution> execution) {
        auto watched = std::make_shared<Watched>();
        watched->execution = execution;
        engine.scheduler().when_accepted(
            *execution, [watched](const LiveExecution&, const std::optional<Error>& error) {
                error ? void(watched->refusal = error) : void(++watched->accepted);
            });
        engine.scheduler().when_ended(
            *execution, [watched](const LiveExecution&, const std::optional<Error>& error) {
                error ? void(watched->refusal = error) : void(++watched->ended);
            });
        return watched;
    }

    /// What is on disk of an execution.
    std::vector<Event> events(const Uuid& id) { return decode_journal(run(store.journal(id))); }
    std::vector<Event> events(const Watched& watched) { return events(watched.execution->id); }

    /// The same as words: `node.started fetch`.
    std::vector<std::string> words(const Watched& watched) {
        std::vector<std::string> list;
        for (const auto& event : events(watched)) {
            std::string word(to_word(event.kind));
            if (event.node != no_node)
                word += " " + watched.execution->program->node_id(event.node);
            list.push_back(std::move(word));
        }
        return list;
    }

    [[nodiscard]] std::size_t commits() const { return journal.groups.size(); }

    asio::io_context context{1};
    SimulatedClock clock;
    SeededRandom random;
    timer_queue timers;
    MemoryStore store;
    RecordingJournal journal;
    FakeHttpClient http;
    CountingNodes nodes;
    Engine engine;

  private:
    EngineOptions options(const Limits& limits, const std::map<std::string, std::string>& secrets) {
        EngineOptions chosen;
        if (!secrets.empty()) chosen.secrets = Secrets::create(secrets).value();
        chosen.limits = limits;
        chosen.journal = &journal;
        chosen.records = &store;
        chosen.http = &http;
        chosen.clock = &clock;
        chosen.random = &random;
        chosen.timers = &timers;
        return chosen;
    }
};

}  // namespace sluice::testing
