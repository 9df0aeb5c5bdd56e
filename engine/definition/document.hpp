#pragma once

#include <cstdint>
#include <string_view>

#include "engine/definition/source_map.hpp"
#include "engine/model/diagnostic.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

enum class SourceFormat : std::uint8_t {
    yaml,  ///< YAML 1.2 (JSON documents are YAML too)
    json,  ///< RFC 8259, nothing else
};

/// A source text as plain data.
struct Document {
    Value value;  ///< null when nothing could be read
    SourceMap positions;
    Diagnostics diagnostics;
    /// False when reading stopped at a problem, so that parts of `value` are missing; further
    /// checks would report what is not there.
    bool complete = false;
};

/// Reads one document with libfyaml. Plain scalars are typed by YAML's core schema
/// (plain_scalar.hpp), quoted ones are texts, aliases are expanded. Keys are texts as written
/// (`true:` is "true"). The answer is deterministic and safe for any bytes: size, depth and the
/// number of values after expansion are bounded by `limits`.
///
/// Codes: `source_too_large`, `invalid_utf8`, `control_character`, `yaml_syntax`, `json_syntax`,
/// `empty_document`, `several_documents`, `too_deep`, `too_many_values`, `duplicate_key`,
/// `invalid_key`, `unknown_alias`, `merge_key`, `unknown_tag`, `number_not_finite`.
[[nodiscard]] Document parse_document(std::string_view source, SourceFormat format,
                                      const Limits& limits = {});

}  // namespace sluice::definition
