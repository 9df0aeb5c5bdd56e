#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "engine/async/scope.hpp"
#include "engine/engine.hpp"
#include "engine/testing/simulated_clock.hpp"
#include "engine/testing/simulated_scripts.hpp"
#include "engine/testing/test_journal.hpp"
#include "engine/testing/world.hpp"

namespace sluice::testing {

/// Where tests run: all of it outlives them.
struct TestServices {
    asio::io_context& loop;           ///< turned by the test alone while it runs
    const Clock& real;                ///< bounds the real time that a test takes
    const NodeRegistry& nodes;        ///< the real node types
    ScriptRunner* scripts = nullptr;  ///< on `loop`; null: code nodes fail
    Limits limits = {};
    Milliseconds patience{60'000};  ///< real time for one test; then it fails
};

/// One life of a process with an engine on simulated time, from its start to its end.
class TestLife {
  public:
    struct Setup {
        TestDisk& disk;
        TestWorld& world;
        Random& random;
        TestLuck* dying = nullptr;
        std::shared_ptr<const Secrets> secrets;
        Value environment;
        WallTime wall;           ///< when it begins
        Milliseconds before{0};  ///< true time of the test until then
        /// Executions that wait stay in memory for days: what comes of them is the same, but each
        /// hour of a loop need not be read back.
        bool stays_in_memory = false;
    };

    TestLife(const TestServices& services, const Setup& setup);
    ~TestLife();
    TestLife(const TestLife&) = delete;
    TestLife& operator=(const TestLife&) = delete;

    /// Runs everything that can run now; simulated time stands still. Throws `ErrorException`
    /// `test_too_long`.
    void settle();
    /// As `settle`, after this time has passed; what is due earlier comes first.
    void advance(Milliseconds span);
    /// True time of the test.
    [[nodiscard]] Milliseconds elapsed() const;
    /// Takes it apart: nothing that it still does comes to the disk.
    void end();

    template <typename T>
    T finish(task<T> work) {
        std::optional<T> value;
        std::exception_ptr failure;
        asio::co_spawn(services_.loop, std::move(work),
                       [&](const std::exception_ptr& thrown, T got) {
                           failure = thrown;
                           value.emplace(std::move(got));
                       });
        settle();
        if (failure) std::rethrow_exception(failure);
        return std::move(value).value();
    }

    SimulatedClock clock;
    timer_queue timers;
    TestJournal journal;

  private:
    const TestServices& services_;
    std::optional<SimulatedScripts> scripts_;
    Milliseconds before_;
    SteadyTime real_end_;
    bool over_ = false;

    EngineOptions options(const Setup& setup);
    std::size_t poll();

  public:
    Engine engine;
    scope people;  ///< calls of those outside; cut off when it ends
};

}  // namespace sluice::testing
