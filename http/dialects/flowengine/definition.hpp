#pragma once

#include <cstdint>
#include <string_view>

#include "engine/definition/front_end.hpp"

namespace sluice::http::flowengine {

/// What revisions in this format are stored as.
inline constexpr std::string_view dialect_name = "flowengine";
/// The namespace of these flows in the native API; there a flow's name is its id, for workflow
/// names need not be unique. The workflow's own name is the label `name`.
inline constexpr std::string_view flow_namespace = "flowengine";
inline constexpr std::string_view name_label = "name";
/// Nodes of one run at work at once where a workflow does not say (row S2-15).
inline constexpr std::uint32_t default_parallel_nodes = 10;

/// Workflow definitions of this API (S2 of the checklist, rows 7 to 18 and §3.3): JSON with nodes,
/// connections from port to port, triggers and settings. A connection becomes an edge that carries
/// a value; members that nobody knows are left alone, as its clients send some.
///
/// Codes, besides those of `parse_document`: `wrong_type`, `missing_key`, `unknown_value`,
/// `out_of_range`, `no_nodes`, `too_many_nodes`, `too_many_edges`, `duplicate_node`,
/// `unknown_node_type`, `unknown_node`, `invalid_value`, `cycle_under_all`.
class FrontEnd final : public definition::FrontEnd {
  public:
    [[nodiscard]] definition::ParsedFlow parse(std::string_view source,
                                               definition::SourceFormat format,
                                               definition::NodeTypeNames node_types,
                                               const Limits& limits) const override;
};

}  // namespace sluice::http::flowengine
