#include "store/flow_writer.hpp"

#include <string>

#include <SQLiteCpp/Statement.h>

#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

void bind_id(SQLite::Statement& statement, int position, const Uuid& id) {
    statement.bind(position, id.bytes.data(), static_cast<int>(id.bytes.size()));
}

Error not_found(const Uuid& id) {
    return {"flow_not_found", "There is no flow " + id.to_string() + ".", {}};
}

Error name_taken(const FlowRecord& flow) {
    return {"flow_name_taken",
            "The namespace \"" + flow.flow_namespace + "\" of workspace \"" + flow.workspace +
                "\" has a flow named \"" + flow.name +
                "\" already: choose another name, or revise that flow.",
            {}};
}

}  // namespace

result<FlowRecord> FlowWriter::create(FlowRecord flow, const RevisionRecord& revision) {
    flow.number = 0;
    flow.deleted = false;
    flow.version = 1;
    if (name_is_taken(flow)) return name_taken(flow);
    SQLite::Statement insert(
        database_,
        "INSERT INTO flows(id, workspace, namespace, name, labels, revision, version, created_ms, "
        "updated_ms) VALUES(?, ?, ?, ?, ?, 0, 1, ?, ?)");
    bind_id(insert, 1, flow.id);
    insert.bind(2, flow.workspace);
    insert.bind(3, flow.flow_namespace);
    insert.bind(4, flow.name);
    insert.bind(5, labels_text(flow.labels));
    insert.bind(6, std::int64_t{flow.created.time_since_epoch().count()});
    insert.bind(7, std::int64_t{flow.updated.time_since_epoch().count()});
    insert.exec();
    flow.number = database_.getLastInsertRowid();
    flow.revision = insert_revision(flow, revision);
    update(flow);
    return flow;
}

result<FlowRecord> FlowWriter::revise(const FlowRecord& flow, const RevisionRecord& revision,
                                      std::optional<std::uint32_t> expected_version) {
    auto found = find(flow.id);
    if (!found) return not_found(flow.id);
    if (expected_version && *expected_version != found->version)
        return Error{"revision_conflict",
                     "The newest version of flow " + flow.id.to_string() + " is " +
                         std::to_string(found->version) + ", not " +
                         std::to_string(*expected_version) + ": read it again, then change it.",
                     {}};
    found->deleted = false;
    found->flow_namespace = flow.flow_namespace;
    found->name = flow.name;
    found->labels = flow.labels;
    if (name_is_taken(*found)) return name_taken(*found);
    ++found->version;
    found->revision = insert_revision(*found, revision);
    found->updated = revision.created;
    update(*found);
    return *std::move(found);
}

result<FlowRecord> FlowWriter::remove(const Uuid& id, WallTime at) {
    auto found = find(id);
    if (!found || found->deleted) return not_found(id);
    found->deleted = true;
    found->updated = at;
    update(*found);
    return *std::move(found);
}

std::optional<FlowRecord> FlowWriter::find(const Uuid& id) {
    SQLite::Statement select(database_,
                             std::string("SELECT ") + flow_columns + " FROM flows WHERE id = ?");
    bind_id(select, 1, id);
    if (!select.executeStep()) return std::nullopt;
    return flow_row(select);
}

bool FlowWriter::name_is_taken(const FlowRecord& flow) {
    SQLite::Statement select(
        database_,
        "SELECT 1 FROM flows WHERE workspace = ? AND namespace = ? AND name = ? AND deleted = 0 "
        "AND number <> ?");
    select.bind(1, flow.workspace);
    select.bind(2, flow.flow_namespace);
    select.bind(3, flow.name);
    select.bind(4, flow.number);
    return select.executeStep();
}

std::int64_t FlowWriter::insert_revision(const FlowRecord& flow, const RevisionRecord& revision) {
    SQLite::Statement insert(
        database_,
        "INSERT INTO revisions(flow, version, dialect, media_type, source, created_ms) "
        "VALUES(?, ?, ?, ?, ?, ?)");
    insert.bind(1, flow.number);
    insert.bind(2, flow.version);
    insert.bind(3, revision.dialect);
    insert.bind(4, revision.media_type);
    insert.bindNoCopy(5, revision.source.data(), static_cast<int>(revision.source.size()));
    insert.bind(6, std::int64_t{revision.created.time_since_epoch().count()});
    insert.exec();
    return database_.getLastInsertRowid();
}

void FlowWriter::update(const FlowRecord& flow) {
    SQLite::Statement statement(
        database_,
        "UPDATE flows SET namespace = ?, name = ?, labels = ?, revision = ?, version = ?, "
        "deleted = ?, updated_ms = ? WHERE number = ?");
    statement.bind(1, flow.flow_namespace);
    statement.bind(2, flow.name);
    statement.bind(3, labels_text(flow.labels));
    statement.bind(4, flow.revision);
    statement.bind(5, flow.version);
    statement.bind(6, flow.deleted ? 1 : 0);
    statement.bind(7, std::int64_t{flow.updated.time_since_epoch().count()});
    statement.bind(8, flow.number);
    statement.exec();
}

}  // namespace sluice::store
