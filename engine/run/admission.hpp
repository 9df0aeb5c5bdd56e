#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/identifier.hpp"

namespace sluice {

/// Who may run under the concurrency limits of flows: so many executions of a flow and a key at
/// once, the others wait in the order of priority and age. A state machine without I/O; the index
/// of holds says after a restart who ran and who waited.
///
/// Ageing: half a minute of waiting counts as much as one step of priority, so that nobody waits
/// for ever behind those who are more important.
class Admission {
  public:
    struct Group {
        std::int64_t flow = 0;
        std::string key;
        auto operator<=>(const Group&) const = default;
    };

    [[nodiscard]] bool has_room(const Group& group, std::uint32_t limit) const;
    /// Runs from now on.
    void occupy(const Group& group, std::uint32_t limit, const Uuid& execution);
    /// Waits from now on. `since` and `priority` (0 to 9) decide whose turn is next.
    void wait(const Group& group, std::uint32_t limit, const Uuid& execution, WallTime since,
              int priority);
    /// It has ended, whether it ran or waited. Returns who runs from now on in its place.
    [[nodiscard]] std::vector<Uuid> leave(const Uuid& execution);
    /// After a restart: who waits although there is room. They run from now on.
    [[nodiscard]] std::vector<Uuid> admit_all();

    [[nodiscard]] bool occupies(const Uuid& execution) const;
    [[nodiscard]] std::vector<Uuid> running(const Group& group) const;
    /// How many wait before this one; 0 when it is next, or does not wait.
    [[nodiscard]] std::size_t position(const Uuid& execution) const;
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

  private:
    struct Turn {
        WallTime rank;  // lower is earlier
        Uuid execution;
        auto operator<=>(const Turn&) const = default;
    };
    struct State {
        std::uint32_t limit = 1;
        std::set<Uuid> running;
        std::set<Turn> waiting;
    };
    struct Place {
        Group group;
        WallTime rank;
    };

    std::vector<Uuid> admit(State& state);

    std::map<Group, State> groups_;
    std::unordered_map<Uuid, Place> places_;
    std::size_t waiting_ = 0;
};

}  // namespace sluice
