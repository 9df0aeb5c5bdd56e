#pragma once

#include <memory>
#include <string_view>

#include "engine/model/artifact.hpp"

struct evp_md_ctx_st;

namespace sluice {

/// SHA-256 (FIPS 180-4, by OpenSSL) of content that comes in pieces. One object serves any number
/// of contents, one after the other, on one thread.
class Sha256 {
  public:
    /// Throws std::runtime_error when OpenSSL has no SHA-256.
    Sha256();

    void update(std::string_view piece);
    /// Of all that was given since the last one; the next content begins.
    [[nodiscard]] ContentHash finish();

  private:
    struct FreeContext {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, FreeContext> context_;
};

}  // namespace sluice
