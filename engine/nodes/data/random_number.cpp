#include <bit>

#include "engine/model/identifier.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/randomness.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::int64_t farthest = 9'007'199'254'740'991;  // exact everywhere, 2^53 - 1

/// From 0 to `most`, each as likely: draws outside of the range are drawn again.
std::uint64_t draw(std::uint64_t most, Random& random) {
    const int unused = std::countl_zero(most | 1);
    for (;;) {
        const std::uint64_t drawn = random.next() >> unused;
        if (drawn <= most) return drawn;
    }
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"from", "to", "whole"});
    const bool whole = parameters.flag("whole", true);
    const auto from = parameters.whole("from", -farthest, farthest, 0);
    const auto to = parameters.whole("to", -farthest, farthest, whole ? 100 : 1);
    if (from > to) parameters.problem("to", "must not be below `from`");
    if (auto failure = parameters.failure()) return std::move(*failure);
    if (parameters.random() == nullptr) return no_randomness(parameters.type());

    Random& random = *parameters.random();
    if (whole) {
        const std::uint64_t drawn = draw(static_cast<std::uint64_t>(to - from), random);
        return put_out({{"number", from + static_cast<std::int64_t>(drawn)}});
    }
    constexpr double step = 1.0 / 9'007'199'254'740'992.0;  // 2^-53
    const double part = static_cast<double>(random.next() >> 11) * step;
    return put_out({{"number", static_cast<double>(from) + part * static_cast<double>(to - from)}});
}

}  // namespace

NodeType random_number() {
    return data_node(
        "random.number",
        "A random number, each as likely as any other. Recorded with the execution: it stays the "
        "same after a restart. For chances and samples, not for secrets.",
        object_schema(
            {{"from", "integer", "The least.", false, Object{{"default", 0}}},
             {"to", "integer",
              "The most; 100 for whole numbers and 1 for others unless given. Of others "
              "it is the bound that is not reached.",
              false, Object{{"examples", Array{6}}}},
             {"whole", "boolean", "Whole numbers only.", false, Object{{"default", true}}}}),
        object_schema({{"number", "number", "The number.", true, {}}}), run);
}

}  // namespace sluice::nodes
