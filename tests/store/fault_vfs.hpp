#pragma once

#include <cstdint>

namespace sluice {

/// What goes wrong at the n-th write, sync or truncation of a data file or its log.
enum class Fault : std::uint8_t {
    none,
    io_error,     ///< once; nothing of the operation is done
    short_write,  ///< once; half of a write is done
    full,         ///< once; no space
    power_loss,   ///< from then on nothing works, and what was not synced before is gone
    torn_loss,    ///< the same, but every second unsynced write has reached the disk
};

/// SQLite's file system with a fault in it: the default VFS of the process while it lives. Under
/// the two losses of power, writes stay in memory until they are synced. One at a time; open no
/// connection before it and close all before it ends.
class FaultVfs {
  public:
    FaultVfs(Fault fault, int at);
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    /// The n-th operation has come.
    [[nodiscard]] bool struck() const;
    /// The power is gone: what is told now, nobody hears.
    [[nodiscard]] bool lost() const;
};

}  // namespace sluice
