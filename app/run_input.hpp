#pragma once

#include "app/configuration.hpp"
#include "engine/model/error.hpp"

namespace sluice::app {

/// The input that the flags of `run` describe: the file's, with each `key=value` set on top of it.
/// Errors: `file_not_readable`, `invalid_argument`, and as `parse_json`.
[[nodiscard]] result<Value> input_of(const RunConfiguration& configuration);

}  // namespace sluice::app
