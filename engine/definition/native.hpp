#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/document.hpp"
#include "engine/definition/source_map.hpp"
#include "engine/model/diagnostic.hpp"
#include "engine/model/flow.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// What the language needs to know of a node type; the catalogue (engine/nodes) lies above this
/// folder.
struct NodeTypeName {
    std::string id;  ///< `http.request`
    std::vector<std::string>
        outcomes;  ///< that its nodes can end with, besides `error`; empty means any text
    const Value* input_schema =
        nullptr;  ///< JSON Schema of `with`; null or a null value accepts anything
};
using NodeTypeNames = std::span<const NodeTypeName>;

/// A source text as a flow. `definition` is usable only when `diagnostics` has no errors; otherwise
/// it holds what could be understood.
struct NativeParse {
    FlowDefinition definition;
    SourceMap positions;
    Diagnostics diagnostics;  ///< every problem, in the order of the source
};

/// Reads a flow in the native language (docs/flow-language.md). Expressions are kept as text and
/// not compiled here. Parameters are checked against the node type's schema as far as they contain
/// no `${`.
///
/// Codes, besides those of `parse_document`: `wrong_type`, `unknown_key`, `missing_key`,
/// `unknown_value`, `out_of_range`, `invalid_name`, `invalid_duration`, `invalid_schema`,
/// `invalid_when`, `unknown_trigger_type`, `duplicate_trigger`, `no_nodes`, `too_many_nodes`,
/// `too_many_edges`, `duplicate_node`, `unknown_node_type`, `unknown_node`, `unknown_outcome`,
/// `invalid_parameter`, `no_entry`, `cycle_under_all`, `unreachable_node`, `more_problems`.
[[nodiscard]] NativeParse parse_native(std::string_view source, SourceFormat format,
                                       NodeTypeNames node_types, const Limits& limits = {});

}  // namespace sluice::definition
