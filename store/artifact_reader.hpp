#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/run/records.hpp"
#include "store/artifact_pieces.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What `Records` reads of artifacts. All throw SQLite::Exception.
class ArtifactReader {
  public:
    explicit ArtifactReader(StatementCache& statements) : statements_(statements) {}

    std::optional<ArtifactKey> find(const ContentHash& hash);
    result<std::shared_ptr<const Value>> value(const ContentHash& hash);
    result<ArtifactBytes> bytes(const ContentHash& hash, std::uint64_t first, std::uint64_t count);
    /// What is wrong with its content; nullopt when nothing is.
    std::optional<Error> check(const ContentHash& hash);

  private:
    using Take = std::function<bool(std::string_view piece)>;
    std::optional<Error> read(const ContentHash& hash, std::uint64_t first_place,
                              std::uint64_t last, const Take& take);
    std::optional<Error> read_all(const ContentHash& hash, const Take& take);

    StatementCache& statements_;
};

}  // namespace sluice::store
