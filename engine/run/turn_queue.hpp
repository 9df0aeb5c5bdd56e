#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>

#include "engine/async/clock.hpp"
#include "engine/model/identifier.hpp"

namespace sluice {

/// Executions that wait for their turn, in the order of priority and age.
///
/// Ageing: half a minute of waiting counts as much as one step of priority, so that nobody waits
/// for ever behind those who are more important.
class TurnQueue {
  public:
    /// `priority` is 0 to 9, higher is earlier. False when it waits already.
    bool add(const Uuid& execution, WallTime since, int priority);
    /// False when it does not wait.
    bool remove(const Uuid& execution);
    /// Whose turn it is: it waits no longer. nullopt when nobody waits.
    [[nodiscard]] std::optional<Uuid> take();

    [[nodiscard]] bool contains(const Uuid& execution) const { return ranks_.contains(execution); }
    /// How many wait before this one; 0 when it is next, or does not wait.
    [[nodiscard]] std::size_t ahead_of(const Uuid& execution) const;
    [[nodiscard]] std::size_t size() const { return turns_.size(); }
    [[nodiscard]] bool empty() const { return turns_.empty(); }

  private:
    struct Turn {
        WallTime rank;  // lower is earlier
        Uuid execution;
        auto operator<=>(const Turn&) const = default;
    };

    std::set<Turn> turns_;
    std::unordered_map<Uuid, WallTime> ranks_;
};

}  // namespace sluice
