#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "engine/model/artifact.hpp"

namespace sluice {

/// An artifact that an encoded chunk refers to: what the journal needs in order to store it in the
/// same transaction.
struct ArtifactUse {
    std::size_t offset = 0;              ///< of the key's place in the chunk
    std::shared_ptr<Artifact> artifact;  ///< the loop's; the journal does not look at it
    std::shared_ptr<const Value> value;  ///< the content; nullptr for what is on disk only
    /// In: none for what has never been stored. Out: what the journal has put into the chunk.
    std::optional<ArtifactKey> key = std::nullopt;
};

}  // namespace sluice
