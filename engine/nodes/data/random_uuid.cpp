#include "engine/model/identifier.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/randomness.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

/// RFC 9562 §5.4 and §5.7.
Uuid make(std::int64_t version, Random& random, WallTime now) {
    Uuid id;
    for (std::size_t word = 0; word < 2; ++word) {
        const std::uint64_t bits = random.next();
        for (std::size_t at = 0; at < 8; ++at)
            id.bytes[word * 8 + at] = static_cast<std::uint8_t>(bits >> (56 - 8 * at));
    }
    if (version == 7) {
        const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
        for (std::size_t at = 0; at < 6; ++at)
            id.bytes[at] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * at));
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | version << 4);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
    return id;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"version"});
    const auto version = parameters.whole("version", 4, 7, 4);
    if (version != 4 && version != 7) parameters.problem("version", "must be 4 or 7");
    if (auto failure = parameters.failure()) return std::move(*failure);
    if (parameters.random() == nullptr) return no_randomness(parameters.type());
    return put_out({{"uuid", make(version, *parameters.random(), parameters.now()).to_string()}});
}

}  // namespace

NodeType random_uuid() {
    return data_node("random.uuid",
                     "A new UUID (RFC 9562). Recorded with the execution: it stays the same after "
                     "a restart. An id, not a secret.",
                     object_schema({{"version", "",
                                     "4: all of it random. 7: begins with the time, so that later "
                                     "ones sort behind.",
                                     false, Object{{"enum", Array{4, 7}}, {"default", 4}}}}),
                     object_schema({{"uuid", "string", "The UUID, in lower case.", true, {}}}),
                     run);
}

}  // namespace sluice::nodes
