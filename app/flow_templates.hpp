#pragma once

#include <span>
#include <string_view>

namespace sluice::app {

/// A flow to begin with, and its test. `my-flow` in the texts stands for the name.
struct FlowTemplate {
    std::string_view name;
    std::string_view description;
    std::string_view input;  ///< arguments of `sluice run` that show it; may be empty
    std::string_view flow;
    std::string_view test;
};

/// The first one is made unless another is asked for.
[[nodiscard]] std::span<const FlowTemplate> flow_templates();

}  // namespace sluice::app
