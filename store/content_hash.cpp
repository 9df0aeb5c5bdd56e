#include "store/content_hash.hpp"

#include <stdexcept>

#include <openssl/evp.h>

namespace sluice::store {
namespace {

void check(int succeeded) {
    if (succeeded != 1) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

}  // namespace

ContentHasher::ContentHasher()
    : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    check(digest_ && context_);
}

void ContentHasher::begin() {
    check(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr));
}

void ContentHasher::update(std::string_view piece) {
    check(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()));
}

ContentHash ContentHasher::finish() {
    ContentHash hash;
    check(EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), nullptr));
    return hash;
}

void ContentHasher::FreeDigest::operator()(evp_md_st* digest) const noexcept {
    EVP_MD_free(digest);
}

void ContentHasher::FreeContext::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

}  // namespace sluice::store
