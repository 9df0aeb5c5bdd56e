#pragma once

#include <cstdint>
#include <optional>

#include <SQLiteCpp/Database.h>

#include "engine/run/records.hpp"

namespace sluice::store {

/// What `Records` writes about flows, inside the open transaction of a connection. A refusal may
/// leave half of the work done: the caller rolls back to its savepoint. All throw
/// SQLite::Exception.
class FlowWriter {
  public:
    explicit FlowWriter(SQLite::Database& database) : database_(database) {}

    result<FlowRecord> create(FlowRecord flow, const RevisionRecord& revision);
    result<FlowRecord> revise(const FlowRecord& flow, const RevisionRecord& revision,
                              std::optional<std::uint32_t> expected_version);
    result<FlowRecord> remove(const Uuid& id, WallTime at);

  private:
    std::optional<FlowRecord> find(const Uuid& id);
    bool name_is_taken(const FlowRecord& flow);
    std::int64_t insert_revision(const FlowRecord& flow, const RevisionRecord& revision);
    void update(const FlowRecord& flow);

    SQLite::Database& database_;
};

}  // namespace sluice::store
