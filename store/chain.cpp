#include "store/chain.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace sluice::store {
namespace {

constexpr std::size_t digest_bytes = 32;

void check(int succeeded) {
    if (succeeded != 1) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

}  // namespace

ChainHash::ChainHash()
    : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    check(digest_ && context_);
    check(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr));
}

JournalChain ChainHash::next(const std::optional<JournalChain>& before, const Uuid& execution,
                             std::string_view chunk) {
    auto* const context = context_.get();
    std::array<unsigned char, digest_bytes> digest{};
    // Without a digest the context begins anew with the one that it has: nothing is looked up.
    check(EVP_DigestInit_ex2(context, nullptr, nullptr));
    check(before ? EVP_DigestUpdate(context, before->data(), before->size())
                 : EVP_DigestUpdate(context, execution.bytes.data(), execution.bytes.size()));
    check(EVP_DigestUpdate(context, chunk.data(), chunk.size()));
    check(EVP_DigestFinal_ex(context, digest.data(), nullptr));
    JournalChain chain;
    std::transform(digest.begin(), digest.begin() + chain.size(), chain.begin(),
                   [](unsigned char byte) { return static_cast<std::byte>(byte); });
    return chain;
}

void ChainHash::FreeDigest::operator()(evp_md_st* digest) const noexcept {
    EVP_MD_free(digest);
}

void ChainHash::FreeContext::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

}  // namespace sluice::store
