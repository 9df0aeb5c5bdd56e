#include "engine/nodes/data/byte_parameters.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 3> digest_notations{"hex", "base64", "base64url"};

}  // namespace

std::string read_byte_parameter(std::string_view key, std::string_view notation_key,
                                DataParameters& parameters) {
    const std::string_view written = parameters.text(key);
    const auto notation =
        static_cast<ByteNotation>(parameters.choice(notation_key, byte_notations, 0));
    if (auto bytes = read_bytes(written, notation)) return std::move(*bytes);
    parameters.problem(std::string(key),
                       "is not " + std::string(byte_notations[static_cast<std::size_t>(notation)]) +
                           ", as `" + std::string(notation_key) + "` has it");
    return {};
}

ByteNotation read_digest_notation(DataParameters& parameters) {
    constexpr std::array<ByteNotation, 3> notations{ByteNotation::hex, ByteNotation::base64,
                                                    ByteNotation::base64url};
    return notations[parameters.choice("as", digest_notations, 0)];
}

Value byte_notation_keywords() {
    return Object{{"enum", Array(byte_notations.begin(), byte_notations.end())},
                  {"default", "text"}};
}

Value digest_notation_keywords() {
    return Object{{"enum", Array(digest_notations.begin(), digest_notations.end())},
                  {"default", "hex"}};
}

}  // namespace sluice::nodes
