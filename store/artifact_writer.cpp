#include "store/artifact_writer.hpp"

#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/run/event_codec.hpp"

namespace sluice::store {
namespace {

constexpr const char* insert_artifact =
    "INSERT INTO artifacts(sha256, bytes, media_type) VALUES (?1, ?2, ?3)";
constexpr const char* insert_piece =
    "INSERT INTO artifact_pieces(number, compressed, data) VALUES (?1, ?2, ?3)";
constexpr const char* insert_use =
    "INSERT OR IGNORE INTO artifact_uses(execution, artifact) VALUES (?1, ?2)";
constexpr const char* delete_pieces = "DELETE FROM artifact_pieces WHERE number BETWEEN ?1 AND ?2";
constexpr const char* delete_artifact = "DELETE FROM artifacts WHERE number = ?1";
constexpr const char* delete_uses = "DELETE FROM artifact_uses WHERE execution = ?1";
constexpr const char* find_artifact = "SELECT number FROM artifacts WHERE sha256 = ?1";
constexpr const char* select_left =
    "SELECT artifact FROM artifact_uses u WHERE execution = ?1 AND NOT EXISTS (SELECT 1 FROM "
    "artifact_uses o WHERE o.artifact = u.artifact AND o.execution <> ?1)";

std::string_view text_of(const ContentHash& hash) {
    return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

}  // namespace

ArtifactWriter::ArtifactWriter(SQLite::Database& database)
    : database_(database),
      insert_artifact_(database, insert_artifact),
      insert_piece_(database, insert_piece),
      insert_use_(database, insert_use),
      delete_pieces_(database, delete_pieces),
      delete_artifact_(database, delete_artifact),
      delete_uses_(database, delete_uses),
      find_(database, find_artifact),
      select_left_(database, select_left) {}

void ArtifactWriter::write(Append& append) {
    const Value* hashed = nullptr;  // the same value often stands in two events
    ArtifactKey key;
    for (auto& use : append.artifacts) {
        if (!use.key) {
            if (use.value.get() != hashed) key = artifact_key(*use.value);
            hashed = use.value.get();
            use.key = key;
        }
        put_artifact_key(append.chunk, use.offset, *use.key);
        auto number = find(use.key->hash);
        if (!number && use.value) number = insert(*use.key, *use.value);
        // What is gone although a journal has referred to it is found missing by who reads it.
        if (number) insert_use_.bind(1, append.execution.number()).bind(2, *number).run();
    }
    compressor_.release();
}

std::optional<std::int64_t> ArtifactWriter::find(const ContentHash& hash) {
    find_.bindNoCopy(1, hash.bytes.data(), static_cast<int>(hash.bytes.size()));
    std::optional<std::int64_t> number;
    if (find_.executeStep()) number = find_.getColumn(0).getInt64();
    find_.reset();
    return number;
}

std::int64_t ArtifactWriter::insert(const ArtifactKey& key, const Value& value) {
    insert_artifact_.bind_blob(1, text_of(key.hash))
        .bind(2, static_cast<std::int64_t>(key.bytes))
        .bind(3, std::string_view(artifact_media_type))
        .run();
    const auto number = database_.getLastInsertRowid();
    std::int64_t place = 0;
    write_json(value, piece_bytes, [&](std::string_view piece) {
        const auto frame = compressor_.compress(piece);
        insert_piece_.bind(1, piece_key(number, place++))
            .bind(2, std::int64_t{!frame.empty()})
            .bind_blob(3, frame.empty() ? piece : frame)
            .run();
    });
    return number;
}

void ArtifactWriter::forget(std::int64_t execution) {
    std::vector<std::int64_t> left;
    select_left_.bind(1, execution);
    while (select_left_.executeStep()) left.push_back(select_left_.getColumn(0).getInt64());
    select_left_.reset();
    for (const auto number : left) {
        delete_pieces_.bind(1, piece_key(number, 0)).bind(2, piece_key(number, last_place)).run();
        delete_artifact_.bind(1, number).run();
    }
    delete_uses_.bind(1, execution).run();
}

}  // namespace sluice::store
