#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "engine/model/timestamp.hpp"

namespace sluice {

/// Starts that were refused, the newest of each flow: why a trigger did not start something. In
/// memory only, since a refused start leaves nothing on disk; a restart forgets them.
class Refusals {
  public:
    static constexpr std::size_t most_kept = 50;    ///< of one flow; the oldest go
    static constexpr std::size_t most_bytes = 500;  ///< of one message; the rest is cut

    struct Refusal {
        WallTime at;
        std::string trigger;  ///< id of the webhook, or `api`
        std::string code;
        std::string message;
    };

    /// Of one flow.
    struct Record {
        std::uint64_t total = 0;
        std::deque<Refusal> newest;  ///< oldest first
    };

    /// `flow` is its FlowRecord::number.
    void note(std::int64_t flow, Refusal refusal);

    /// nullptr when nothing was refused.
    [[nodiscard]] const Record* of(std::int64_t flow) const;

  private:
    std::unordered_map<std::int64_t, Record> flows_;
};

}  // namespace sluice
