#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include <SQLiteCpp/Column.h>

#include "engine/model/identifier.hpp"
#include "engine/run/journal_chain.hpp"

namespace sluice::store {

/// An execution's id as the store keeps it: its number (the primary key) and its last eight bytes.
/// Nothing of a UUIDv7 is lost: the version is always 7, the variant is in the tail.
inline constexpr std::size_t tail_bytes = 8;

[[nodiscard]] inline std::span<const std::uint8_t, tail_bytes> tail_of(const Uuid& id) {
    return std::span(id.bytes).last<tail_bytes>();
}

[[nodiscard]] inline bool is_storable(const Uuid& id) {
    return id.bytes[6] >> 4 == 7;
}

/// The id back from its parts. `tail` has `tail_bytes` bytes.
[[nodiscard]] inline Uuid make_id(std::int64_t number, const void* tail) {
    Uuid id;
    const auto bits = static_cast<std::uint64_t>(number);
    for (std::size_t at = 0; at < 6; ++at)
        id.bytes[at] = static_cast<std::uint8_t>(bits >> (12 + 8 * (5 - at)));
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | ((bits >> 8) & 0x0F));
    id.bytes[7] = static_cast<std::uint8_t>(bits);
    std::memcpy(id.bytes.data() + tail_bytes, tail, tail_bytes);
    return id;
}

/// A column `chain`: nullopt when it is NULL, and for bytes that cannot be a chain.
[[nodiscard]] inline std::optional<JournalChain> chain_of(const SQLite::Column& column) {
    JournalChain chain;
    if (column.isNull() || column.getBytes() != static_cast<int>(chain.size())) return std::nullopt;
    std::memcpy(chain.data(), column.getBlob(), chain.size());
    return chain;
}

}  // namespace sluice::store
