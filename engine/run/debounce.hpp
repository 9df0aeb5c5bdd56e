#pragma once

#include <map>
#include <optional>
#include <unordered_map>

#include "engine/async/clock.hpp"
#include "engine/model/flow.hpp"
#include "engine/run/admission.hpp"

namespace sluice {

/// Starts that are held back until no further one of their flow and key has come for a while: the
/// newest runs in the place of all. A state machine without I/O; the index of holds says after a
/// restart who was held back.
class Debounce {
  public:
    using Group = Admission::Group;

    struct Turn {
        WallTime due;                    ///< it runs then, unless another one comes
        std::optional<Uuid> instead_of;  ///< held back until now, and never to run
    };

    /// A start came. `DebounceRule::max_wait` counts from the first one that it replaces.
    Turn arrive(const Group& group, const DebounceRule& rule, const Uuid& execution, WallTime now);
    /// After a restart: it was held back since `since`. Returns the one of the two that is not to
    /// run when another one of its group is known: the older.
    std::optional<Uuid> remember(const Group& group, const Uuid& execution, WallTime since);
    /// It runs, or has ended: it is held back no longer. False when it was not, or was replaced.
    bool leave(const Uuid& execution);

    /// Whether it is the one of its group that is to run.
    [[nodiscard]] bool holds(const Uuid& execution) const { return groups_.contains(execution); }

  private:
    struct Held {
        Uuid execution;
        WallTime first;  // when the first one came that it stands for
    };

    std::map<Group, Held> held_;
    std::unordered_map<Uuid, Group> groups_;
};

}  // namespace sluice
