#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/run/records.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What `Records` reads about holds, early signals and keys of starts. All throw SQLite::Exception.
class HoldReader {
  public:
    explicit HoldReader(StatementCache& statements) : statements_(statements) {}

    std::vector<HoldRecord> list(const HoldFilter& filter);
    std::vector<DueHold> due(const std::optional<DueHold>& after, std::size_t limit);
    std::vector<HoldRecord> waiting_for(const std::string& name, const std::string& key,
                                        std::size_t limit);
    std::vector<KeptSignal> signals();
    std::optional<Uuid> started_with(std::int64_t flow, const std::string& key, WallTime now);

  private:
    StatementCache& statements_;
};

}  // namespace sluice::store
