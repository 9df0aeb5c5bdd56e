#pragma once

#include <string>
#include <string_view>

#include "engine/nodes/data/byte_notation.hpp"
#include "engine/nodes/data/data_parameters.hpp"

namespace sluice::nodes {

/// The bytes of the required text `key`, which are written as the parameter `notation_key` says
/// (text unless given). Tells a problem when they are not written so.
[[nodiscard]] std::string read_byte_parameter(std::string_view key, std::string_view notation_key,
                                              DataParameters& parameters);

/// One of hex (the default), base64 and base64url.
[[nodiscard]] ByteNotation read_digest_notation(DataParameters& parameters);

/// The manifest's words for the two.
[[nodiscard]] Value byte_notation_keywords();
[[nodiscard]] Value digest_notation_keywords();

}  // namespace sluice::nodes
