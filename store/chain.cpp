#include "store/chain.hpp"

#include <algorithm>
#include <span>

namespace sluice::store {
namespace {

template <typename Bytes>
std::string_view text_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

JournalChain ChainHash::next(const std::optional<JournalChain>& before, const Uuid& execution,
                             std::string_view chunk) {
    hash_.update(before ? text_of(*before) : text_of(execution.bytes));
    hash_.update(chunk);
    const ContentHash digest = hash_.finish();
    JournalChain chain;
    std::transform(digest.bytes.begin(), digest.bytes.begin() + chain.size(), chain.begin(),
                   [](std::uint8_t byte) { return static_cast<std::byte>(byte); });
    return chain;
}

}  // namespace sluice::store
