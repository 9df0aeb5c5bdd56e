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

/// The dialect of the native language.
inline constexpr std::string_view native_dialect = "native";

/// A flow's source and how it is to be read.
struct FlowSource {
    std::string text;
    SourceFormat format = SourceFormat::yaml;
    std::string dialect = std::string(native_dialect);
};

/// What a language needs to know of a node type; the catalogue (engine/nodes) lies above this
/// folder.
struct NodeTypeName {
    std::string id;  ///< `http.request`
    std::vector<std::string>
        outcomes;  ///< that its nodes can end with, besides `error`; empty means any text
    const Value* input_schema =
        nullptr;  ///< JSON Schema of `with`; null or a null value accepts anything
    Composite composite = Composite::none;  ///< what it holds
};
using NodeTypeNames = std::span<const NodeTypeName>;

/// A source text as a flow. `definition` is usable only when `diagnostics` has no errors; otherwise
/// it holds what could be understood.
struct ParsedFlow {
    FlowDefinition definition;
    SourceMap positions;
    Diagnostics diagnostics;  ///< every problem, in the order of the source
};

/// Reads the definitions of one language. A dialect brings its own; a name that it leaves empty
/// becomes the flow's id.
class FrontEnd {
  public:
    virtual ~FrontEnd() = default;
    /// Deterministic and safe for any bytes, within `limits`.
    [[nodiscard]] virtual ParsedFlow parse(std::string_view source, SourceFormat format,
                                           NodeTypeNames node_types,
                                           const Limits& limits) const = 0;
};

}  // namespace sluice::definition
