#include "engine/model/utf8.hpp"
#include "engine/nodes/data/byte_notation.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 4> sources{"base64", "base64url", "hex", "percent"};

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "from"});
    const std::string_view text = parameters.text("text");
    constexpr std::array<ByteNotation, 4> notations{ByteNotation::base64, ByteNotation::base64url,
                                                    ByteNotation::hex, ByteNotation::percent};
    const std::size_t source = parameters.choice("from", sources, 0);
    const auto bytes = read_bytes(text, notations[source]);
    if (!bytes) parameters.problem("text", "is not " + std::string(sources[source]));
    if (auto failure = parameters.failure()) return std::move(*failure);
    if (!is_valid_utf8(*bytes))
        return NodeError{"not_text",
                         "the bytes are no text in UTF-8: keep them as they are, or write them in "
                         "another notation (text.encode with `from`)",
                         nullptr, false};
    return put_out({{"text", *bytes}});
}

}  // namespace

NodeType text_decode() {
    return data_node(
        "text.decode",
        "Reads base64, base64url, hexadecimal or percent-encoding. The bytes must be text in "
        "UTF-8.",
        object_schema(
            {{"text", "string", "The encoded text.", true, Object{{"examples", Array{"YSBi"}}}},
             {"from", "", "How it is encoded.", false,
              Object{{"enum", Array(sources.begin(), sources.end())}, {"default", "base64"}}}}),
        object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
