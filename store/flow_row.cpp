#include "store/flow_row.hpp"

#include <cstring>
#include <string_view>

#include <SQLiteCpp/Column.h>
#include <boost/json/parse.hpp>

#include "engine/model/json_text.hpp"
#include "engine/model/value.hpp"

namespace sluice::store {
namespace {

std::map<std::string, std::string> labels_from(std::string_view text) {
    std::map<std::string, std::string> labels;
    const Value parsed = boost::json::parse(text);
    for (const auto& [name, value] : parsed.as_object())
        labels.emplace(std::string(name), std::string(value.as_string()));
    return labels;
}

}  // namespace

std::string labels_text(const std::map<std::string, std::string>& labels) {
    Object object;
    for (const auto& [name, text] : labels) object.emplace(name, text);
    return to_json(object);
}

FlowRecord flow_row(const SQLite::Statement& statement) {
    FlowRecord flow;
    flow.number = statement.getColumn(0).getInt64();
    std::memcpy(flow.id.bytes.data(), statement.getColumn(1).getBlob(), flow.id.bytes.size());
    flow.workspace = statement.getColumn(2).getString();
    flow.flow_namespace = statement.getColumn(3).getString();
    flow.name = statement.getColumn(4).getString();
    flow.labels = labels_from(statement.getColumn(5).getString());
    flow.revision = statement.getColumn(6).getInt64();
    flow.version = statement.getColumn(7).getUInt();
    flow.deleted = statement.getColumn(8).getInt() != 0;
    flow.created = time_from(statement.getColumn(9).getInt64());
    flow.updated = time_from(statement.getColumn(10).getInt64());
    return flow;
}

}  // namespace sluice::store
