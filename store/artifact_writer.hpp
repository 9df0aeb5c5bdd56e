#pragma once

#include <cstdint>
#include <optional>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "engine/run/journal.hpp"
#include "store/artifact_pieces.hpp"
#include "store/hot_statement.hpp"

namespace sluice::store {

/// Puts the artifacts of an append into the open transaction of a connection. All throw
/// SQLite::Exception.
class ArtifactWriter {
  public:
    explicit ArtifactWriter(SQLite::Database& database);

    /// Completes the keys in `append.chunk`, keeps content that is not there yet, and notes that
    /// the execution refers to it. Content is hashed and compressed piece by piece: its whole text
    /// is never in memory.
    void write(Append& append);

    /// Forgets what an execution refers to, and the artifacts that nobody else does.
    void forget(std::int64_t execution);

  private:
    std::optional<std::int64_t> find(const ContentHash& hash);
    std::int64_t insert(const ArtifactKey& key, const Value& value);

    SQLite::Database& database_;
    HotStatement insert_artifact_;
    HotStatement insert_piece_;
    HotStatement insert_use_;
    HotStatement delete_pieces_;
    HotStatement delete_artifact_;
    HotStatement delete_uses_;
    SQLite::Statement find_;
    SQLite::Statement select_left_;
    PieceCompressor compressor_;
};

}  // namespace sluice::store
