#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "engine/model/identifier.hpp"
#include "engine/run/journal_chain.hpp"

struct evp_md_st;
struct evp_md_ctx_st;

namespace sluice::store {

/// Computes the hash chain of journals (docs/store-format.md). One per thread: it reuses one
/// context of OpenSSL, since the writer asks it for every chunk.
class ChainHash {
  public:
    /// Throws std::runtime_error when OpenSSL has no SHA-256.
    ChainHash();

    /// The chain after `chunk`: `before` is the chain so far, none for an execution's first chunk.
    [[nodiscard]] JournalChain next(const std::optional<JournalChain>& before,
                                    const Uuid& execution, std::string_view chunk);

  private:
    struct FreeDigest {
        void operator()(evp_md_st* digest) const noexcept;
    };
    struct FreeContext {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_st, FreeDigest> digest_;
    std::unique_ptr<evp_md_ctx_st, FreeContext> context_;
};

}  // namespace sluice::store
