#include "store/hold_writer.hpp"

namespace sluice::store {
namespace {

constexpr const char* insert_hold =
    "INSERT OR REPLACE INTO holds"
    "(execution, run, kind, flow, node, since_ms, due_ms, name, key, details) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
constexpr const char* delete_hold = "DELETE FROM holds WHERE execution = ?1 AND run = ?2";
constexpr const char* delete_signal = "DELETE FROM signals WHERE number = ?1";
constexpr const char* insert_start =
    "INSERT OR REPLACE INTO starts(flow, key, execution, until_ms) VALUES (?1, ?2, ?3, ?4)";

void bind_text_or_null(HotStatement& statement, int position, const std::string& text) {
    if (text.empty())
        statement.bind_null(position);
    else
        statement.bind(position, std::string_view(text));
}

}  // namespace

HoldWriter::HoldWriter(const SQLite::Database& database)
    : insert_hold_(database, insert_hold),
      delete_hold_(database, delete_hold),
      delete_signal_(database, delete_signal),
      insert_start_(database, insert_start) {}

void HoldWriter::open(std::int64_t execution, const HoldRecord& hold) {
    insert_hold_.bind(1, execution)
        .bind(2, hold.run)
        .bind(3, static_cast<std::int64_t>(hold.kind))
        .bind(4, hold.flow)
        .bind(6, hold.since.time_since_epoch().count());
    bind_text_or_null(insert_hold_, 5, hold.node);
    if (hold.due)
        insert_hold_.bind(7, hold.due->time_since_epoch().count());
    else
        insert_hold_.bind_null(7);
    if (hold.kind == HoldKind::signal)
        insert_hold_.bind(8, std::string_view(hold.name)).bind(9, std::string_view(hold.key));
    else
        insert_hold_.bind_null(8).bind_null(9);
    bind_text_or_null(insert_hold_, 10, hold.details);
    insert_hold_.run();
}

void HoldWriter::write(std::span<const Append> group) {
    for (const auto& append : group) {
        if (!append.has_execution()) continue;
        const auto number = append.execution.number();
        for (const HoldNumber run : append.holds_closed)
            delete_hold_.bind(1, number).bind(2, run).run();
        for (const auto& hold : append.holds_opened) open(number, hold);
        for (const auto signal : append.signals_taken) delete_signal_.bind(1, signal).run();
        if (append.begins && !append.start_key.empty())
            insert_start_.bind(1, append.flow)
                .bind(2, std::string_view(append.start_key))
                .bind(3, number)
                .bind(4, append.start_key_until.time_since_epoch().count())
                .run();
    }
}

}  // namespace sluice::store
