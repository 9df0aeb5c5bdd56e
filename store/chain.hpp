#pragma once

#include <optional>
#include <string_view>

#include "engine/model/identifier.hpp"
#include "engine/model/sha256.hpp"
#include "engine/run/journal_chain.hpp"

namespace sluice::store {

/// Computes the hash chain of journals (docs/store-format.md). One per thread: the writer asks it
/// for every chunk.
class ChainHash {
  public:
    /// The chain after `chunk`: `before` is the chain so far, none for an execution's first chunk.
    [[nodiscard]] JournalChain next(const std::optional<JournalChain>& before,
                                    const Uuid& execution, std::string_view chunk);

  private:
    Sha256 hash_;
};

}  // namespace sluice::store
