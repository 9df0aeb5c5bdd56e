#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/model/value.hpp"

namespace sluice::http::flowengine {

/// The typed values of this API, {"type": "Number", "value": 5}, in the engine's terms and back,
/// without loss. Where JSON says the same it is used as it is; the rest is marked:
///
/// | type | in the engine |
/// | --- | --- |
/// | Null, Bool, Number, String | the JSON value |
/// | Json | the JSON value; {"$json": value} when it is null, a scalar, or looks like a mark |
/// | Bytes | {"base64": text}, as everywhere in the engine |
/// | Array, Object | {"$array": [...]}, {"$object": {...}}, of values in the engine's terms |

/// What is wrong with a typed value: where, as a JSON Pointer from the value, and what.
struct TypedProblem {
    std::string pointer;
    std::string message;
};

/// A value of a document in the engine's terms. Plain JSON is taken as well (decision D-13 of the
/// checklist): scalars as their type, arrays and objects as Json; only an object of exactly `type`
/// and `value` must name one of the eight types. Adds to `problems` what is wrong.
[[nodiscard]] Value from_wire(const Value& wire, std::vector<TypedProblem>& problems);

/// A value of the engine as a typed value.
[[nodiscard]] Value to_wire(const Value& value);

/// Any JSON value as one of type Json, in the engine's terms.
[[nodiscard]] Value json_value(Value plain);

/// A value of the engine as the plain JSON that it stands for; bytes stay {"base64": text}.
[[nodiscard]] Value to_plain(const Value& value);

}  // namespace sluice::http::flowengine
