#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <SQLiteCpp/Statement.h>

#include "engine/run/records.hpp"

namespace sluice::store {

/// The columns that `flow_row` reads, in its order.
inline constexpr const char* flow_columns =
    "number, id, workspace, namespace, name, labels, revision, version, deleted, created_ms, "
    "updated_ms";

[[nodiscard]] inline WallTime time_from(std::int64_t milliseconds) {
    return WallTime(Milliseconds(milliseconds));
}

/// Labels as they are stored: a JSON object.
[[nodiscard]] std::string labels_text(const std::map<std::string, std::string>& labels);

/// The flow of the row that `statement` stands on.
[[nodiscard]] FlowRecord flow_row(const SQLite::Statement& statement);

}  // namespace sluice::store
