#include "engine/model/artifact.hpp"

#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/sha256.hpp"

namespace sluice {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

int digit_of(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return -1;
}

}  // namespace

std::string ContentHash::to_string() const {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::optional<ContentHash> ContentHash::parse(std::string_view text) {
    ContentHash hash;
    if (text.size() != 2 * hash.bytes.size()) return std::nullopt;
    for (std::size_t at = 0; at < hash.bytes.size(); ++at) {
        const int high = digit_of(text[2 * at]);
        const int low = digit_of(text[2 * at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        hash.bytes[at] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return hash;
}

std::shared_ptr<Artifact> Artifact::of(Value&& value, std::uint64_t about_bytes) {
    auto artifact = std::make_shared<Artifact>();
    artifact->key.bytes = about_bytes;
    artifact->value = std::make_shared<const Value>(std::move(value));
    return artifact;
}

std::shared_ptr<Artifact> Artifact::of(const ArtifactKey& key) {
    auto artifact = std::make_shared<Artifact>();
    artifact->key = key;
    artifact->stored = true;
    return artifact;
}

Value artifact_reference(const ArtifactKey& key) {
    return Object{{"artifact", Object{{"sha256", key.hash.to_string()},
                                      {"bytes", key.bytes},
                                      {"media_type", artifact_media_type}}}};
}

ArtifactKey artifact_key(const Value& value) {
    constexpr std::size_t piece_bytes = 64u << 10;
    ArtifactKey key;
    Sha256 hash;
    write_json(value, piece_bytes, [&](std::string_view piece) {
        hash.update(piece);
        key.bytes += piece.size();
    });
    key.hash = hash.finish();
    return key;
}

}  // namespace sluice
