#include "engine/nodes/data/byte_parameters.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 4> targets{"base64", "base64url", "hex", "percent"};

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "from", "as"});
    const std::string bytes = read_byte_parameter("text", "from", parameters);
    constexpr std::array<ByteNotation, 4> notations{ByteNotation::base64, ByteNotation::base64url,
                                                    ByteNotation::hex, ByteNotation::percent};
    const auto notation = notations[parameters.choice("as", targets, 0)];
    if (auto failure = parameters.failure()) return std::move(*failure);
    return put_out({{"text", write_bytes(bytes, notation)}});
}

}  // namespace

NodeType text_encode() {
    return data_node(
        "text.encode",
        "Writes the bytes of a text (its UTF-8) as base64, base64url, hexadecimal or "
        "percent-encoding.",
        object_schema(
            {{"text", "string", "The text.", true, Object{{"examples", Array{"a b"}}}},
             {"from", "", "How `text` writes its bytes: from one notation to another.", false,
              byte_notation_keywords()},
             {"as", "", "How they are written.", false,
              Object{{"enum", Array(targets.begin(), targets.end())}, {"default", "base64"}}}}),
        object_schema({{"text", "string", "The encoded text.", true, {}}}), run);
}

}  // namespace sluice::nodes
