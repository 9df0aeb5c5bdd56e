#include "store/entry_writer.hpp"

namespace sluice::store {
namespace {

constexpr const char* put_entry =
    "INSERT INTO entries(namespace, key, value, version, created_ms, updated_ms, expires_ms) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (namespace, key) DO UPDATE SET "
    "value = excluded.value, version = excluded.version, created_ms = excluded.created_ms, "
    "updated_ms = excluded.updated_ms, expires_ms = excluded.expires_ms";
constexpr const char* remove_entry = "DELETE FROM entries WHERE namespace = ?1 AND key = ?2";

}  // namespace

EntryWriter::EntryWriter(const SQLite::Database& database)
    : put_(database, put_entry), remove_(database, remove_entry) {}

void EntryWriter::write(const std::vector<EntryRecord>& records) {
    for (const auto& [key, entry] : records) {
        auto& statement = entry ? put_ : remove_;
        statement.bind(1, std::string_view(key.entry_namespace)).bind(2, std::string_view(key.key));
        if (entry) {
            statement.bind(3, std::string_view(entry->json))
                .bind(4, entry->version)
                .bind(5, std::int64_t{entry->created.time_since_epoch().count()})
                .bind(6, std::int64_t{entry->updated.time_since_epoch().count()});
            if (entry->expires)
                statement.bind(7, std::int64_t{entry->expires->time_since_epoch().count()});
            else
                statement.bind_null(7);
        }
        statement.run();
    }
}

}  // namespace sluice::store
