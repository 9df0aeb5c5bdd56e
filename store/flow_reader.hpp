#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "engine/run/records.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What `Records` reads about flows. All throw SQLite::Exception.
class FlowReader {
  public:
    explicit FlowReader(StatementCache& statements) : statements_(statements) {}

    std::vector<FlowRecord> all();
    std::optional<RevisionRecord> revision(std::int64_t number);
    std::vector<RevisionRecord> revisions(std::int64_t flow, std::optional<std::uint32_t> before,
                                          std::size_t limit);

  private:
    StatementCache& statements_;
};

}  // namespace sluice::store
