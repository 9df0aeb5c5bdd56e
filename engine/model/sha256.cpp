#include "engine/model/sha256.hpp"

#include <stdexcept>

#include <openssl/evp.h>

namespace sluice {
namespace {

void check(int succeeded) {
    if (succeeded != 1) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    struct FreeDigest {
        void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
    };
    const std::unique_ptr<EVP_MD, FreeDigest> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    check(digest && context_);
    check(EVP_DigestInit_ex2(context_.get(), digest.get(), nullptr));  // keeps the digest
}

void Sha256::update(std::string_view piece) {
    check(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()));
}

ContentHash Sha256::finish() {
    ContentHash hash;
    check(EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), nullptr));
    // Without a digest the context begins anew with the one that it has: nothing is looked up.
    check(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr));
    return hash;
}

void Sha256::FreeContext::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

}  // namespace sluice
