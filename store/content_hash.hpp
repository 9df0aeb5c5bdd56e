#pragma once

#include <memory>
#include <string_view>

#include "engine/model/artifact.hpp"

struct evp_md_st;
struct evp_md_ctx_st;

namespace sluice::store {

/// SHA-256 of content that comes in pieces. Made once a thread and used again.
class ContentHasher {
  public:
    /// Throws std::runtime_error when OpenSSL has no SHA-256.
    ContentHasher();

    void begin();
    void update(std::string_view piece);
    [[nodiscard]] ContentHash finish();

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
