#include "engine/model/digest.hpp"
#include "engine/nodes/data/byte_parameters.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 3> algorithms{"sha256", "sha512", "sha1"};

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "from", "key", "key_from", "algorithm", "as", "expected"});
    const std::string bytes = read_byte_parameter("text", "from", parameters);
    const std::string key = read_byte_parameter("key", "key_from", parameters);
    if (key.empty() && parameters.has("key"))
        parameters.problem("key", "must not be empty: whoever knows that could sign anything");
    const auto algorithm =
        static_cast<DigestAlgorithm>(parameters.choice("algorithm", algorithms, 0));
    const auto notation = read_digest_notation(parameters);
    const std::string_view expected = parameters.text_or("expected", "");
    if (auto failure = parameters.failure()) return std::move(*failure);

    const std::string code = hmac_of(algorithm, key, bytes);
    Object output{{"digest", write_bytes(code, notation)}};
    if (parameters.has("expected")) {
        const auto given = read_bytes(expected, notation);
        output["matches"] = given && equal_in_constant_time(*given, code);
    }
    return put_out(std::move(output));
}

}  // namespace

NodeType crypto_hmac() {
    return data_node(
        "crypto.hmac",
        "The keyed digest (HMAC, RFC 2104) of a text, to sign what is sent or to check the "
        "signature of what came.",
        object_schema(
            {{"text", "string", "The text.", true, {}},
             {"from", "", "How `text` writes its bytes.", false, byte_notation_keywords()},
             {"key", "string", "The key; keep it as a secret.", true,
              Object{{"examples", Array{"${secrets.WEBHOOK_KEY}"}}}},
             {"key_from", "", "How `key` writes its bytes.", false, byte_notation_keywords()},
             {"algorithm", "", "Which digest.", false,
              Object{{"enum", Array(algorithms.begin(), algorithms.end())}, {"default", "sha256"}}},
             {"as", "", "How the digest is written.", false, digest_notation_keywords()},
             {"expected",
              "string",
              "A signature in the same notation: whether it is the digest is told in "
              "`matches`, found in a time that tells nothing about it.",
              false,
              {}}}),
        object_schema(
            {{"digest", "string", "The keyed digest.", true, {}},
             {"matches", "boolean", "Whether it is `expected`; only with that.", false, {}}}),
        run);
}

}  // namespace sluice::nodes
