#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/event.hpp"
#include "engine/run/memory_store.hpp"
#include "engine/testing/faults.hpp"

namespace sluice::testing {

/// What the disk knows of the one execution of a test: it outlives every process.
struct TestDisk {
    explicit TestDisk(Executor executor) : store(std::move(executor), 1'000'000) {}

    struct OpenHold {
        HoldRecord record;
        Milliseconds since{0};  ///< true time of the test
    };

    MemoryStore store;
    std::optional<Uuid> execution;
    WallTime created;
    bool ended = false;
    Milliseconds changed{0};  ///< true time of the newest commit
    std::vector<OpenHold> holds;
    std::map<std::string, std::size_t> decisions;  ///< of people, by node

    void apply(std::vector<Append> group, Milliseconds now, Journal::Done done);

  private:
    void note(const Append& append, Milliseconds now);
    std::map<RunNumber, std::string> approvals_;  ///< nodes, by run
};

/// The journal of one process: it dies with it, before or after a commit has come to the disk.
class TestJournal final : public Journal {
  public:
    /// `luck` null: it never dies by itself. All outlives it.
    TestJournal(TestDisk& disk, const Clock& clock, Milliseconds before, TestLuck* luck)
        : disk_(disk), clock_(clock), before_(before), luck_(luck) {}

    void commit(std::vector<Append> group, Done done) override;

    /// Nothing more comes to the disk, and nobody is answered.
    void die() { *alive_ = false; }
    [[nodiscard]] bool dead() const { return !*alive_; }
    /// While somebody outside is promised an answer it does not die.
    void spare(bool spared) { spared_ = spared; }

  private:
    TestDisk& disk_;
    const Clock& clock_;
    Milliseconds before_;  // this process began
    TestLuck* luck_;
    bool spared_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::testing
