#pragma once

#include <vector>

#include "engine/run/program.hpp"

namespace sluice {

/// What is wrong, or probably wrong, with the places where a program's expressions read outputs.
struct ReferenceFindings {
    std::vector<ProgramProblem> problems;  ///< `node_runs_later`: it cannot have run before
    /// `node_perhaps_later`: nothing makes sure that it has run before; `unknown_output`: its type
    /// puts nothing of this name out; `unknown_secret`: there is no such secret now.
    std::vector<ProgramProblem> warnings;
};

/// Linear in the size of the graph for each node that has expressions with outputs of nodes.
/// `secrets` may be null: it is not known which there are.
[[nodiscard]] ReferenceFindings check_references(const Program& program,
                                                 const Secrets* secrets = nullptr);

}  // namespace sluice
