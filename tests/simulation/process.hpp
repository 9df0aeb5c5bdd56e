#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "engine/async/scope.hpp"
#include "engine/engine.hpp"

#include "tests/simulation/disk.hpp"
#include "tests/simulation/service.hpp"

namespace sluice::testing {

/// What outlives a process.
struct Durable {
    asio::io_context loop{1};
    Report report;
    MemoryStore store{loop.get_executor(), 1'000'000};
    HoldRows rows;
    Ledger ledger{report};
};

/// One life of the engine, from its start to its end, orderly or not.
class Process {
  public:
    struct Setup {
        std::uint64_t seed = 0;
        WallTime begin;
        Limits limits;
        const DiskHealth* health = nullptr;
        Chance* disk_luck = nullptr;
        Random* random = nullptr;
    };

    Process(Durable& durable, const Setup& setup);
    ~Process();

    /// Reads the flows, and lets what was unfinished go on; returns before that is over.
    void begin();
    /// The flows are there, and recovery has begun: it may be called.
    [[nodiscard]] bool serves() const { return serves_; }
    /// Runs everything that can run now; time stands still.
    void settle();
    /// At most so many turns of the loop.
    void turns(int count);
    void advance(Milliseconds span);
    /// Nothing waits to be written, read or told.
    [[nodiscard]] bool quiet() const;
    /// The machine loses power: what is not on disk is gone.
    void crash();
    /// Ends orderly.
    void stop();

    SimulatedClock clock;
    timer_queue timers;
    Disk disk;
    SlowRecords records;
    Service service;
    Engine engine;
    scope clients;  ///< of those who use it; cut off when it ends

  private:
    EngineOptions options(const Setup& setup);
    void dismantle();
    void pump();

    Durable& durable_;
    bool serves_ = false;
    bool over_ = false;
    std::uint64_t handlers_ = 0;
};

}  // namespace sluice::testing
