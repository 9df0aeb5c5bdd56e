#include "engine/model/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice {
namespace {

constexpr std::array<std::uint32_t, 64> constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

}  // namespace

void Sha256::block(const std::uint8_t* bytes) {
    std::array<std::uint32_t, 64> words{};
    for (std::size_t at = 0; at < 16; ++at)
        words[at] = static_cast<std::uint32_t>(bytes[4 * at]) << 24 |
                    static_cast<std::uint32_t>(bytes[4 * at + 1]) << 16 |
                    static_cast<std::uint32_t>(bytes[4 * at + 2]) << 8 | bytes[4 * at + 3];
    for (std::size_t at = 16; at < 64; ++at) {
        const auto older = words[at - 15];
        const auto newer = words[at - 2];
        words[at] = words[at - 16] + words[at - 7] +
                    (std::rotr(older, 7) ^ std::rotr(older, 18) ^ (older >> 3)) +
                    (std::rotr(newer, 17) ^ std::rotr(newer, 19) ^ (newer >> 10));
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t at = 0; at < 64; ++at) {
        const auto first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                           ((e & f) ^ (~e & g)) + constants[at] + words[at];
        const auto second =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    const std::array<std::uint32_t, 8> added{a, b, c, d, e, f, g, h};
    for (std::size_t at = 0; at < 8; ++at) state_[at] += added[at];
}

void Sha256::update(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    std::size_t left = text.size();
    std::size_t filled = size_ % rest_.size();
    size_ += left;
    while (left > 0) {
        if (filled == 0 && left >= rest_.size()) {
            block(bytes);
            bytes += rest_.size();
            left -= rest_.size();
            continue;
        }
        const auto taken = std::min(left, rest_.size() - filled);
        std::memcpy(rest_.data() + filled, bytes, taken);
        bytes += taken;
        left -= taken;
        filled = (filled + taken) % rest_.size();
        if (filled == 0) block(rest_.data());
    }
}

ContentHash Sha256::finish() {
    const std::uint64_t bits = 8 * size_;
    std::size_t filled = size_ % rest_.size();
    rest_[filled++] = 0x80;
    if (filled > 56) {
        std::fill(rest_.begin() + static_cast<std::ptrdiff_t>(filled), rest_.end(),
                  std::uint8_t{0});
        block(rest_.data());
        filled = 0;
    }
    std::fill(rest_.begin() + static_cast<std::ptrdiff_t>(filled), rest_.end(), std::uint8_t{0});
    for (std::size_t at = 0; at < 8; ++at)
        rest_[56 + at] = static_cast<std::uint8_t>(bits >> (56 - 8 * at));
    block(rest_.data());
    ContentHash hash;
    for (std::size_t at = 0; at < hash.bytes.size(); ++at)
        hash.bytes[at] = static_cast<std::uint8_t>(state_[at / 4] >> (24 - 8 * (at % 4)));
    return hash;
}

}  // namespace sluice
