#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/testing/test_life.hpp"

namespace sluice::testing {

/// The people of a test and what sends it signals: they do what is planned when it is time, on true
/// time, and again when the process died before it had answered them.
class TestPeople {
  public:
    /// All of it outlives this.
    TestPeople(const TestCase& test, TestDisk& disk, TestWorld& world)
        : test_(test), disk_(disk), world_(world) {}

    /// The true time of what comes next; nullopt when nobody has anything to do.
    [[nodiscard]] std::optional<Milliseconds> next() const;
    /// Does what is due. Ends in a later turn of the loop.
    void act(TestLife& life);
    /// The process is gone, and with it whom they were talking to.
    void hang_up() { asking_.clear(); }

  private:
    struct Due {
        Milliseconds at;
        const PlannedDecision* decision;  // null: somebody lets an interrupted node run again
    };
    [[nodiscard]] std::optional<Due> due(const TestDisk::OpenHold& hold) const;
    task<void> decide(TestLife* life, RunNumber run, std::string node, Decision decision);
    task<void> settle_interrupt(TestLife* life, RunNumber run);
    task<void> send_signal(TestLife* life, const PlannedSignal* signal);
    void act_on(TestLife& life, const TestDisk::OpenHold& hold);

    const TestCase& test_;
    TestDisk& disk_;
    TestWorld& world_;
    std::set<HoldNumber> asking_;
    std::set<HoldNumber> refused_;  // nobody asks again
    std::set<const PlannedSignal*> sent_;
};

}  // namespace sluice::testing
