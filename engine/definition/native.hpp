#pragma once

#include <string_view>

#include "engine/definition/front_end.hpp"

namespace sluice::definition {

/// Reads a flow in the native language (docs/flow-language.md). Expressions are kept as text and
/// not compiled here. Parameters are checked against the node type's schema as far as they contain
/// no `${`.
///
/// Codes, besides those of `parse_document`: `wrong_type`, `unknown_key`, `missing_key`,
/// `unknown_value`, `out_of_range`, `invalid_name`, `invalid_duration`, `invalid_schema`,
/// `invalid_when`, `unknown_trigger_type`, `duplicate_trigger`, `no_nodes`, `too_many_nodes`,
/// `too_many_edges`, `duplicate_node`, `unknown_node_type`, `unknown_node`, `unknown_outcome`,
/// `invalid_parameter`, `no_entry`, `cycle_under_all`, `unreachable_node`, `more_problems`.
[[nodiscard]] ParsedFlow parse_native(std::string_view source, SourceFormat format,
                                      NodeTypeNames node_types, const Limits& limits = {});

class NativeFrontEnd final : public FrontEnd {
  public:
    [[nodiscard]] ParsedFlow parse(std::string_view source, SourceFormat format,
                                   NodeTypeNames node_types, const Limits& limits) const override {
        return parse_native(source, format, node_types, limits);
    }
};

}  // namespace sluice::definition
