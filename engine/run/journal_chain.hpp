#pragma once

#include <array>
#include <cstddef>

namespace sluice {

/// A link of the hash chain over an execution's journal (docs/store-format.md): the first 16 bytes
/// of SHA-256 over the link before and the chunk; of the first chunk, over the execution's id and
/// the chunk. A store computes it; the engine only keeps the newest for the next commit.
using JournalChain = std::array<std::byte, 16>;

}  // namespace sluice
