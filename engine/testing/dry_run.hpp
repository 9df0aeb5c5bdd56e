#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/definition/front_end.hpp"
#include "engine/testing/test_life.hpp"

namespace sluice::testing {

/// What would become of one node.
struct DryNode {
    std::string node;
    std::string type;
    enum class Fate : std::uint8_t {
        ran,      ///< it is pure: it did run; `value`: its output
        acts,     ///< it would act on the world; `value`: its parameters
        waits,    ///< it would wait for people or a signal; `value`: what for
        failed,   ///< its parameters cannot be evaluated, or it fails; `value`: the error
        skipped,  ///< no path leads to it with this input
        unknown,  ///< that depends on what acts or waits before it
    } fate = Fate::unknown;
    std::string outcome;             ///< ran
    Value value;                     ///< without secrets
    std::vector<std::string> after;  ///< unknown: on these nodes
};

struct DryRun {
    std::vector<DryNode> nodes;    ///< in the order of the run, then of the flow
    std::optional<Error> refusal;  ///< of the start
    std::string status;            ///< `waiting` where something is unknown
    Value output;                  ///< of the execution when it is known
};

/// Runs a flow as far as that is known without acting: pure nodes run, delays pass at once, effects
/// and code nodes are listed with their parameters and not performed.
[[nodiscard]] DryRun dry_run(const definition::FlowSource& flow, Value input,
                             std::shared_ptr<const Secrets> secrets, Value environment,
                             const TestServices& services);

}  // namespace sluice::testing
