#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/document.hpp"
#include "engine/model/diagnostic.hpp"
#include "engine/model/error.hpp"

namespace sluice::app {

/// A flow's source, read from a file.
struct FlowFile {
    std::string path;
    std::string source;
    definition::SourceFormat format = definition::SourceFormat::yaml;
};

/// Reads one file. Errors `file_not_readable`, `source_too_large`.
[[nodiscard]] result<FlowFile> read_flow_file(const std::string& path);

/// The flow files that are meant: a file is itself, a folder every `.yaml`, `.yml` and `.json`
/// below it (tests named
/// `*.test.yaml` apart), in the order of their names. Error `file_not_found`.
[[nodiscard]] result<std::vector<std::string>> find_flow_files(
    const std::vector<std::string>& places);

/// The test files that are meant: a file is itself, or, when it is a flow, the test beside it; a
/// folder every `*.test.yaml`, `.yml` and `.json` below it. Error `file_not_found`.
[[nodiscard]] result<std::vector<std::string>> find_test_files(
    const std::vector<std::string>& places);

/// `file:line:column: error: message [code]`, as compilers write it, with the suggestion on a line
/// of its own.
[[nodiscard]] std::string describe(const std::string& path, const Diagnostic& diagnostic);

/// The diagnostics that an `invalid_flow` error carries, described line by line; the message of any
/// other error.
[[nodiscard]] std::string describe(const std::string& path, const Error& error);

}  // namespace sluice::app
