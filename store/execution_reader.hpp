#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/run/records.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What `Records` reads about executions. All throw SQLite::Exception.
class ExecutionReader {
  public:
    explicit ExecutionReader(StatementCache& statements) : statements_(statements) {}

    std::optional<ExecutionRecord> find(const Uuid& id);
    std::vector<ExecutionRecord> list(const ExecutionFilter& filter);
    std::vector<StoredExecution> with_status(ExecutionStatus status, std::int64_t after,
                                             std::size_t limit);
    std::vector<StoredExecution> load(const std::vector<Uuid>& ids);
    std::vector<JournalChunk> journal(const Uuid& id);
    std::int64_t last_number();

  private:
    StatementCache& statements_;
};

}  // namespace sluice::store
