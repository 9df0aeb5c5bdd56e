#pragma once

#include <SQLiteCpp/Database.h>

#include "engine/run/records.hpp"
#include "store/artifact_writer.hpp"
#include "store/prune_reader.hpp"

namespace sluice::store {

/// Deletes what a step of pruning has selected and gives free pages back, inside the open
/// transaction of a connection. Throws SQLite::Exception.
class PruneWriter {
  public:
    explicit PruneWriter(SQLite::Database& database) : database_(database), artifacts_(database) {}

    /// Gives at most `pages` free pages back to the file system.
    void vacuum(std::int64_t pages);
    PruneReport prune(const PruneRequest& request, const PruneSelection& selection);

  private:
    void remove_executions(const std::vector<std::int64_t>& numbers);
    void remove_keys(const PruneRequest& request, PruneReport& report);
    void release_space(PruneReport& report);

    SQLite::Database& database_;
    ArtifactWriter artifacts_;
};

}  // namespace sluice::store
