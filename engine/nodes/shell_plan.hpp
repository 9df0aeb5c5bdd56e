#pragma once

#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/nodes/process_runner.hpp"

namespace sluice {

/// What the parameters of `shell.exec` ask for.
struct ShellPlan {
    ProcessRequest request;  ///< all but `line`
    bool fail_on_exit = true;
};

/// Reads the parameters of `shell.exec`; `passed_on` are the variables that programs get anyway.
/// What is wrong with them becomes one `invalid_parameters` with every problem in its details.
[[nodiscard]] node_result<ShellPlan> plan_shell(const Value& parameters,
                                                const ProcessEnvironment& passed_on,
                                                const Limits& limits);

/// The most that `max_output_bytes` may say: stdout, stderr and both together fit in an output.
[[nodiscard]] std::size_t largest_shell_output(const Limits& limits);

}  // namespace sluice
