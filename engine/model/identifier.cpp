#include "engine/model/identifier.hpp"

#include <algorithm>
#include <bit>
#include <random>

namespace sluice {
namespace {

constexpr std::array<std::size_t, 4> dashes{8, 13, 18, 23};

int hex_digit(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return -1;
}

}  // namespace

std::string Uuid::to_string() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(36, '-');
    std::size_t at = 0;
    for (const auto byte : bytes) {
        if (text[at] == '-' && (at == 8 || at == 13 || at == 18 || at == 23)) ++at;
        text[at++] = digits[byte >> 4];
        text[at++] = digits[byte & 15];
    }
    return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    for (const auto dash : dashes)
        if (text[dash] != '-') return std::nullopt;
    Uuid id;
    std::size_t at = 0;
    for (auto& byte : id.bytes) {
        if (text[at] == '-') ++at;
        const int high = hex_digit(text[at]);
        const int low = hex_digit(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        byte = static_cast<std::uint8_t>(high << 4 | low);
        at += 2;
    }
    return id;
}

std::int64_t Uuid::number() const noexcept {
    std::uint64_t milliseconds = 0;
    for (std::size_t at = 0; at < 6; ++at) milliseconds = milliseconds << 8 | bytes[at];
    const std::uint64_t counter = static_cast<std::uint64_t>(bytes[6] & 0x0F) << 8 | bytes[7];
    return static_cast<std::int64_t>(milliseconds << 12 | counter);
}

SystemRandom::SystemRandom() {
    std::random_device device;
    for (auto& word : state_) word = static_cast<std::uint64_t>(device()) << 32 | device();
}

std::uint64_t SystemRandom::next() {
    const std::uint64_t answer = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return answer;
}

Uuid UuidGenerator::next() {
    const auto milliseconds = clock_.wall().time_since_epoch().count();
    last_ = std::max(last_ + 1, static_cast<std::int64_t>(milliseconds) << 12);
    const auto number = static_cast<std::uint64_t>(last_);
    const std::uint64_t tail = random_.next();
    Uuid id;
    for (std::size_t at = 0; at < 6; ++at)
        id.bytes[at] = static_cast<std::uint8_t>(number >> (12 + 8 * (5 - at)));
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | ((number >> 8) & 0x0F));
    id.bytes[7] = static_cast<std::uint8_t>(number);
    for (std::size_t at = 0; at < 8; ++at)
        id.bytes[8 + at] = static_cast<std::uint8_t>(tail >> (8 * at));
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

}  // namespace sluice
