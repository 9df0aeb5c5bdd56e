#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice {

/// SHA-256 of some content: the name of an artifact.
struct ContentHash {
    std::array<std::uint8_t, 32> bytes{};

    /// 64 lower-case hexadecimal digits.
    [[nodiscard]] std::string to_string() const;
    /// Takes digits of either case; nullopt for anything else.
    [[nodiscard]] static std::optional<ContentHash> parse(std::string_view text);
    auto operator<=>(const ContentHash&) const = default;
};

/// What an event says of an artifact instead of its content.
struct ArtifactKey {
    ContentHash hash;
    std::uint64_t bytes = 0;  ///< of the content
    auto operator<=>(const ArtifactKey&) const = default;
};

/// Of a value: the content is its JSON text, which is not made as a whole.
[[nodiscard]] ArtifactKey artifact_key(const Value& value);

/// A value over `Limits::artifact_bytes`: the journal has its key, the store its content (compact
/// JSON), and executions share what of it is in memory. Loop thread only.
struct Artifact {
    ArtifactKey key;                     ///< until `stored` only about how many bytes it has
    bool stored = false;                 ///< on disk: the value may leave memory
    std::shared_ptr<const Value> value;  ///< nullptr: on disk only

    /// One that is in memory only, so far.
    [[nodiscard]] static std::shared_ptr<Artifact> of(Value&& value, std::uint64_t about_bytes);
    /// One that is on disk only.
    [[nodiscard]] static std::shared_ptr<Artifact> of(const ArtifactKey& key);
};

/// What stands for an artifact where history is listed:
/// {"artifact": {"sha256": ..., "bytes": ..., "media_type": "application/json"}}.
[[nodiscard]] Value artifact_reference(const ArtifactKey& key);

inline constexpr const char* artifact_media_type = "application/json";

}  // namespace sluice
