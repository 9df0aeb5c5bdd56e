#pragma once

#include <string>

#include "engine/model/flow.hpp"

namespace sluice::drawing {

/// A flow as a Mermaid flowchart (mermaid.js.org), for Markdown: what composite nodes hold as
/// subgraphs, outcomes at the edges, dotted edges for failures. Ends with a line break.
[[nodiscard]] std::string mermaid_of(const FlowDefinition& flow);

}  // namespace sluice::drawing
