#include "engine/model/digest.hpp"
#include "engine/nodes/data/byte_parameters.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 4> algorithms{"sha256", "sha512", "sha1", "md5"};

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "from", "algorithm", "as"});
    const std::string bytes = read_byte_parameter("text", "from", parameters);
    const auto algorithm =
        static_cast<DigestAlgorithm>(parameters.choice("algorithm", algorithms, 0));
    const auto notation = read_digest_notation(parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);
    return put_out({{"digest", write_bytes(digest_of(algorithm, bytes), notation)}});
}

}  // namespace

NodeType crypto_hash() {
    return data_node(
        "crypto.hash",
        "The digest of a text. md5 and sha1 are there for services that ask for them: they protect "
        "nothing any more.",
        object_schema(
            {{"text", "string", "The text.", true, {}},
             {"from", "", "How `text` writes its bytes.", false, byte_notation_keywords()},
             {"algorithm", "", "Which digest.", false,
              Object{{"enum", Array(algorithms.begin(), algorithms.end())}, {"default", "sha256"}}},
             {"as", "", "How the digest is written.", false, digest_notation_keywords()}}),
        object_schema({{"digest", "string", "The digest.", true, {}}}), run);
}

}  // namespace sluice::nodes
