#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/identifier.hpp"
#include "engine/run/turn_queue.hpp"

namespace sluice {

/// Who may run under the concurrency limits of flows: so many executions of a flow and a key at
/// once, the others wait for their turn. A state machine without I/O; the index of holds says after
/// a restart who ran and who waited.
class Admission {
  public:
    struct Group {
        std::int64_t flow = 0;
        std::string key;
        auto operator<=>(const Group&) const = default;
    };
    /// What one execution waits behind.
    struct Wait {
        std::vector<Uuid> held_by;
        std::size_t ahead = 0;  ///< how many wait before it
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
    /// nullopt when it does not wait.
    [[nodiscard]] std::optional<Wait> wait_of(const Uuid& execution) const;
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

  private:
    struct State {
        std::uint32_t limit = 1;
        std::set<Uuid> running;
        TurnQueue waiting;
    };

    std::vector<Uuid> admit(State& state);

    std::map<Group, State> groups_;
    std::unordered_map<Uuid, Group> places_;
    std::size_t waiting_ = 0;
};

}  // namespace sluice
