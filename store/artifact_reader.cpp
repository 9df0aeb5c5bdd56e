#include "store/artifact_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <SQLiteCpp/Column.h>

#include "engine/model/json_text.hpp"
#include "engine/model/sha256.hpp"

namespace sluice::store {
namespace {

constexpr std::size_t stored_depth = 1'000;  // what was accepted once must be readable for ever

std::string_view blob_of(const SQLite::Column& column) {
    return {static_cast<const char*>(column.getBlob()),
            static_cast<std::size_t>(column.getBytes())};
}

}  // namespace

std::optional<ArtifactKey> ArtifactReader::find(const ContentHash& hash) {
    const auto select = statements_.use("SELECT bytes FROM artifacts WHERE sha256 = ?");
    select->bind(1, hash.bytes.data(), static_cast<int>(hash.bytes.size()));
    if (!select->executeStep()) return std::nullopt;
    return ArtifactKey{hash, static_cast<std::uint64_t>(select->getColumn(0).getInt64())};
}

/// Hands on the pieces from one place to another, each as large as it must be. One statement, so
/// that all of it is of one moment.
std::optional<Error> ArtifactReader::read(const ContentHash& hash, std::uint64_t first_place,
                                          std::uint64_t last, const Take& take) {
    const auto select = statements_.use(
        "SELECT a.bytes, p.number - (a.number << 20), p.compressed, p.data FROM artifacts a LEFT "
        "JOIN artifact_pieces p ON p.number BETWEEN (a.number << 20) + ?2 AND (a.number << 20) + "
        "?3 WHERE a.sha256 = ?1");
    select->bind(1, hash.bytes.data(), static_cast<int>(hash.bytes.size()));
    select->bind(2, static_cast<std::int64_t>(first_place));
    select->bind(
        3, static_cast<std::int64_t>(std::min<std::uint64_t>(last, std::uint64_t{last_place})));
    if (!select->executeStep()) return artifact_missing(hash);
    const auto size = static_cast<std::uint64_t>(select->getColumn(0).getInt64());
    const std::uint64_t count = (size + piece_bytes - 1) / piece_bytes;
    PieceExpander expander;
    for (std::uint64_t place = first_place; place < count && place <= last; ++place) {
        const auto damaged = [&](const char* how) {
            return artifact_damaged(hash, "piece " + std::to_string(place) + " of " +
                                              std::to_string(count) + " " + how);
        };
        if (place > first_place && !select->executeStep()) return damaged("is missing");
        if (select->getColumn(1).isNull() ||
            static_cast<std::uint64_t>(select->getColumn(1).getInt64()) != place)
            return damaged("is missing");
        const auto data = blob_of(select->getColumn(3));
        const auto piece = select->getColumn(2).getInt() != 0
                               ? expander.expand(data)
                               : std::optional<std::string_view>(data);
        if (!piece) return damaged("does not decompress");
        if (piece->size() != std::min<std::uint64_t>(piece_bytes, size - place * piece_bytes))
            return damaged("has not the size that it must have");
        if (!take(*piece)) return damaged("is not what was written");
    }
    return std::nullopt;
}

std::optional<Error> ArtifactReader::read_all(const ContentHash& hash, const Take& take) {
    Sha256 hasher;
    auto failure =
        read(hash, 0, std::numeric_limits<std::uint64_t>::max(), [&](std::string_view piece) {
            hasher.update(piece);
            return take(piece);
        });
    if (failure) return failure;
    if (const auto found = hasher.finish(); found != hash)
        return artifact_damaged(hash, "its content has the hash " + found.to_string());
    return std::nullopt;
}

result<std::shared_ptr<const Value>> ArtifactReader::value(const ContentHash& hash) {
    JsonReader reader(stored_depth);
    if (auto failure = read_all(hash, [&](std::string_view piece) { return reader.take(piece); }))
        return std::move(*failure);
    auto value = reader.end();
    if (!value) return artifact_damaged(hash, value.error().message);
    return std::make_shared<const Value>(std::move(*value));
}

result<ArtifactBytes> ArtifactReader::bytes(const ContentHash& hash, std::uint64_t first,
                                            std::uint64_t count) {
    const auto key = find(hash);
    if (!key) return artifact_missing(hash);
    ArtifactBytes part;
    auto& content = part.content;
    if (first >= key->bytes || count == 0) return part;
    count = std::min(count, key->bytes - first);
    content.reserve(static_cast<std::size_t>(count));
    if (count == key->bytes) {
        if (auto failure = read_all(hash, [&](std::string_view piece) {
                content += piece;
                return true;
            }))
            return std::move(*failure);
        return part;
    }
    const auto first_place = first / piece_bytes;
    auto skipped = static_cast<std::size_t>(first % piece_bytes);
    auto failure =
        read(hash, first_place, (first + count - 1) / piece_bytes, [&](std::string_view piece) {
            piece.remove_prefix(std::exchange(skipped, 0));
            content += piece.substr(0, static_cast<std::size_t>(count) - content.size());
            return true;
        });
    if (failure) return std::move(*failure);
    return part;
}

std::optional<Error> ArtifactReader::check(const ContentHash& hash) {
    return read_all(hash, [](std::string_view) { return true; });
}

}  // namespace sluice::store
