#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/model/identifier.hpp"

namespace sluice {

/// Executions that were recovered so often without progress that one of them may be what ends the
/// process. After a restart each waits here until it may go on alone: those that were recovered
/// alone least often come first, so that none is hit again and again by chance; of these the
/// oldest.
class Suspects {
  public:
    /// What a suspect waits for.
    struct Wait {
        std::size_t ahead = 0;    ///< other suspects that go on before it
        std::optional<Uuid> now;  ///< the one that goes on alone now
    };

    void add(const Uuid& execution, std::uint32_t recoveries_alone);
    /// It waits no longer: it was cancelled, or paused.
    void remove(const Uuid& execution);
    /// Whose turn it is: it waits no longer, and is `now`. nullopt when nobody waits.
    [[nodiscard]] std::optional<Uuid> take();

    /// nullopt when it does not wait.
    [[nodiscard]] std::optional<Wait> wait_of(const Uuid& execution) const;
    [[nodiscard]] std::size_t waiting() const { return turns_.size(); }
    /// Those that wait, and the one that goes on alone now.
    [[nodiscard]] std::size_t size() const { return turns_.size() + (now_ ? 1 : 0); }

  private:
    std::set<std::pair<std::uint32_t, Uuid>> turns_;
    std::unordered_map<Uuid, std::uint32_t> counts_;
    std::optional<Uuid> now_;
};

}  // namespace sluice
