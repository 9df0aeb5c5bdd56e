#include "http/client/address_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace sluice::http {
namespace {

namespace ip = boost::asio::ip;

struct DeniedV4 {
    std::uint32_t network;
    unsigned bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c) {
    return a << 24 | b << 16 | c << 8;
}

// IANA IPv4 Special-Purpose Address Registry: not globally reachable; and multicast.
constexpr std::array<DeniedV4, 15> denied_v4{{
    {v4(0, 0, 0), 8},        // this network
    {v4(10, 0, 0), 8},       // private
    {v4(100, 64, 0), 10},    // shared (carrier-grade NAT)
    {v4(127, 0, 0), 8},      // loopback
    {v4(169, 254, 0), 16},   // link-local, where clouds serve credentials
    {v4(172, 16, 0), 12},    // private
    {v4(192, 0, 0), 24},     // protocol assignments
    {v4(192, 0, 2), 24},     // documentation
    {v4(192, 88, 99), 24},   // 6to4 relays, deprecated
    {v4(192, 168, 0), 16},   // private
    {v4(198, 18, 0), 15},    // benchmarks
    {v4(198, 51, 100), 24},  // documentation
    {v4(203, 0, 113), 24},   // documentation
    {v4(224, 0, 0), 4},      // multicast
    {v4(240, 0, 0), 4},      // reserved, broadcast
}};

bool is_private(const ip::address_v4& address) {
    const auto number = address.to_uint();
    return std::any_of(denied_v4.begin(), denied_v4.end(), [number](const DeniedV4& block) {
        return (number ^ block.network) >> (32 - block.bits) == 0;
    });
}

ip::address_v4 embedded_v4(const ip::address_v6::bytes_type& bytes, std::size_t at) {
    return ip::address_v4({bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

bool starts_with(const ip::address_v6::bytes_type& bytes,
                 std::initializer_list<unsigned char> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_private(const ip::address_v6& address) {
    const auto bytes = address.to_bytes();
    if (address.is_v4_mapped()) return is_private(embedded_v4(bytes, 12));
    // NAT64 (RFC 6052) and 6to4 (RFC 3056) lead to the IPv4 address inside.
    if (starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))
        return is_private(embedded_v4(bytes, 12));
    if (starts_with(bytes, {0x20, 0x02})) return is_private(embedded_v4(bytes, 2));
    // Global unicast is 2000::/3 (RFC 4291 §2.4); within it, 2001::/23 are protocol assignments
    // (Teredo among them), and 2001:db8::/32 and 3fff::/20 documentation.
    if ((bytes[0] & 0xE0) != 0x20) return true;
    if (starts_with(bytes, {0x20, 0x01}) && bytes[2] < 2) return true;
    if (starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8})) return true;
    return starts_with(bytes, {0x3F, 0xFF}) && bytes[2] < 0x10;
}

ip::address_v6 widen(const ip::address& address) {
    return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6();
}

bool is_host_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
               character == '-' || character == '.' || character == '_';
    });
}

std::optional<unsigned> prefix_length(std::string_view text, unsigned most) {
    unsigned bits = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() ||
        bits > most)
        return std::nullopt;
    return bits;
}

}  // namespace

result<AddressPolicy> AddressPolicy::deny_private(std::span<const std::string> allow) {
    AddressPolicy policy;
    policy.deny_private_ = true;
    for (const auto& entry : allow) {
        std::string text;
        for (const char character : entry)
            text += character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32)
                                                         : character;
        const auto slash = text.find('/');
        boost::system::error_code error;
        const auto address = ip::make_address(text.substr(0, slash), error);
        if (!error) {
            const unsigned width = address.is_v4() ? 32 : 128;
            const auto bits = slash == std::string::npos
                                  ? width
                                  : prefix_length(std::string_view(text).substr(slash + 1), width);
            if (bits) {
                policy.blocks_.push_back({widen(address), *bits + (128 - width)});
                continue;
            }
        } else if (is_host_name(text)) {
            policy.names_.push_back(std::move(text));
            continue;
        } else if (text.starts_with("*.") && is_host_name(std::string_view(text).substr(2))) {
            policy.suffixes_.push_back(text.substr(1));
            continue;
        }
        return Error{"invalid_allow_list",
                     "`" + entry +
                         "` is not a host name, *.domain, an address or a block such as " +
                         "10.1.0.0/16",
                     nullptr};
    }
    return policy;
}

bool AddressPolicy::allows(std::string_view host, const ip::address& address) const {
    if (!deny_private_) return true;
    const bool is_denied =
        address.is_v4() ? is_private(address.to_v4()) : is_private(address.to_v6());
    if (!is_denied) return true;
    if (std::find(names_.begin(), names_.end(), host) != names_.end()) return true;
    if (std::any_of(suffixes_.begin(), suffixes_.end(),
                    [host](const std::string& suffix) { return host.ends_with(suffix); }))
        return true;
    const auto wide = widen(address);
    return std::any_of(blocks_.begin(), blocks_.end(),
                       [&wide](const Block& block) { return contains(block, wide); });
}

bool AddressPolicy::contains(const Block& block, const ip::address_v6& address) {
    const auto network = block.network.to_bytes();
    const auto bytes = address.to_bytes();
    for (unsigned at = 0; at < block.bits; at += 8) {
        const unsigned rest = std::min(8U, block.bits - at);
        const auto mask = static_cast<unsigned char>(0xFF << (8 - rest));
        if (((network[at / 8] ^ bytes[at / 8]) & mask) != 0) return false;
    }
    return true;
}

}  // namespace sluice::http
