#pragma once

#include <utility>
#include <vector>

#include "engine/model/hold.hpp"

namespace sluice {

/// What changed of an execution's holds since the last hand-over to the journal. A hold that was
/// opened and resolved between two commits leaves no trace.
class HoldChanges {
  public:
    void open(HoldRecord hold);
    void close(HoldNumber run);
    [[nodiscard]] bool empty() const { return opened_.empty() && closed_.empty(); }

    [[nodiscard]] std::vector<HoldRecord> take_opened() { return std::exchange(opened_, {}); }
    [[nodiscard]] std::vector<HoldNumber> take_closed() { return std::exchange(closed_, {}); }
    /// Puts changes that could not be written back before what has changed since.
    void put_back(std::vector<HoldRecord> opened, std::vector<HoldNumber> closed);

  private:
    std::vector<HoldRecord> opened_;
    std::vector<HoldNumber> closed_;
};

}  // namespace sluice
