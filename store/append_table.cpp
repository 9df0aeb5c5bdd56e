#include "store/append_table.hpp"

#include <memory>
#include <new>

#include <sqlite3.h>

#include "store/execution_key.hpp"

namespace sluice::store {
namespace {

enum Column : int {
    number,
    tail,
    flow,
    revision,
    status,
    created,
    ended,
    sequence,
    chunk,
    head_sequence,
    head,
    chain,
    head_chain
};

constexpr const char* declaration =
    "CREATE TABLE appends(number, tail, flow, revision, status, created_ms, ended_ms, "
    "first_sequence, chunk, "
    "head_sequence, head, chain, head_chain)";

struct Table : sqlite3_vtab {
    const AppendTable* source = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
    const AppendTable::Row* row = nullptr;
    const AppendTable::Row* end = nullptr;
};

int connect(sqlite3* database, void* source, int, const char* const*, sqlite3_vtab** made, char**) {
    if (const int code = sqlite3_declare_vtab(database, declaration); code != SQLITE_OK)
        return code;
    std::unique_ptr<Table> table(new (std::nothrow) Table);  // no exception may pass through SQLite
    if (!table) return SQLITE_NOMEM;
    table->source = static_cast<const AppendTable*>(source);
    *made = table.release();
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    const std::unique_ptr<Table> owner(static_cast<Table*>(table));
    return SQLITE_OK;
}

int plan(sqlite3_vtab*, sqlite3_index_info* info) {
    info->estimatedCost = 1;
    return SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** made) {
    *made = new (std::nothrow) Cursor;
    return *made ? SQLITE_OK : SQLITE_NOMEM;
}

int close(sqlite3_vtab_cursor* cursor) {
    const std::unique_ptr<Cursor> owner(static_cast<Cursor*>(cursor));
    return SQLITE_OK;
}

int first(sqlite3_vtab_cursor* base, int, const char*, int, sqlite3_value**) {
    auto* const cursor = static_cast<Cursor*>(base);
    const auto& rows = static_cast<Table*>(cursor->pVtab)->source->rows;
    cursor->row = rows.data();
    cursor->end = rows.data() + rows.size();
    return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
    ++static_cast<Cursor*>(base)->row;
    return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* base) {
    const auto* const cursor = static_cast<Cursor*>(base);
    return cursor->row == cursor->end ? 1 : 0;
}

int row_number(sqlite3_vtab_cursor* base, sqlite3_int64* answer) {
    *answer = static_cast<Cursor*>(base)->row->number;
    return SQLITE_OK;
}

void answer_chunk(sqlite3_context* answer, const Append& append) {
    // The group outlives the transaction: no copy.
    sqlite3_result_blob64(answer, append.chunk.data(), append.chunk.size(), SQLITE_STATIC);
}

void answer_chain(sqlite3_context* answer, const Append& append) {
    if (append.chain)
        sqlite3_result_blob(answer, append.chain->data(), static_cast<int>(append.chain->size()),
                            SQLITE_STATIC);
}

int value(sqlite3_vtab_cursor* base, sqlite3_context* answer, int column) {
    const auto& row = *static_cast<Cursor*>(base)->row;
    const auto& append = *row.append;
    const bool whole = append.begins && append.ended;
    switch (static_cast<Column>(column)) {
        case number:
            sqlite3_result_int64(answer, row.number);
            break;
        case tail:
            sqlite3_result_blob(answer, tail_of(append.execution).data(), tail_bytes,
                                SQLITE_STATIC);
            break;
        case flow:
            sqlite3_result_int64(answer, append.flow);
            break;
        case revision:
            sqlite3_result_int64(answer, append.revision);
            break;
        case status:
            sqlite3_result_int(answer, static_cast<int>(append.status));
            break;
        case created:
            sqlite3_result_int64(answer, append.created.time_since_epoch().count());
            break;
        case ended:
            if (append.ended)
                sqlite3_result_int64(answer, append.ended->time_since_epoch().count());
            break;
        case sequence:
            sqlite3_result_int64(answer, static_cast<sqlite3_int64>(append.first_sequence));
            break;
        case chunk:
            answer_chunk(answer, append);
            break;
        case head_sequence:
            if (whole)
                sqlite3_result_int64(answer, static_cast<sqlite3_int64>(append.first_sequence));
            break;
        case head:
            if (whole) answer_chunk(answer, append);
            break;
        case chain:
            answer_chain(answer, append);
            break;
        case head_chain:
            if (whole) answer_chain(answer, append);
            break;
    }
    return SQLITE_OK;  // a column without a result is NULL
}

// Without xCreate the table is eponymous: it exists under the module's name, and CREATE VIRTUAL
// TABLE is refused.
constexpr sqlite3_module module = [] {
    sqlite3_module functions{};
    functions.xConnect = connect;
    functions.xBestIndex = plan;
    functions.xDisconnect = disconnect;
    functions.xOpen = open;
    functions.xClose = close;
    functions.xFilter = first;
    functions.xNext = next;
    functions.xEof = at_end;
    functions.xColumn = value;
    functions.xRowid = row_number;
    return functions;
}();

}  // namespace

AppendTable::AppendTable(const SQLite::Database& database, const char* name) {
    database.check(sqlite3_create_module(database.getHandle(), name, &module, this));
}

}  // namespace sluice::store
