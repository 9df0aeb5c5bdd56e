#include "app/flow_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/model/limits.hpp"

namespace sluice::app {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_test_file(const std::string& name) {
    return ends_with(name, ".test.yaml") || ends_with(name, ".test.yml") ||
           ends_with(name, ".test.json");
}

bool is_flow_file(const std::string& name) {
    if (is_test_file(name)) return false;
    return ends_with(name, ".yaml") || ends_with(name, ".yml") || ends_with(name, ".json");
}

std::string text_of(const Object& object, std::string_view key) {
    const Value* const found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

std::size_t number_of(const Object& object, std::string_view key) {
    const Value* const found = object.if_contains(key);
    return found != nullptr && found->is_number() ? found->to_number<std::size_t>() : 0;
}

/// Files as they are, of folders what `fits` below them, in the order of their names.
result<std::vector<std::string>> find_files(const std::vector<std::string>& places,
                                            bool (*fits)(const std::string& name)) {
    std::vector<std::string> files;
    for (const auto& place : places) {
        std::error_code error;
        const auto status = std::filesystem::status(place, error);
        if (error || !std::filesystem::exists(status))
            return Error{"file_not_found", "there is no file or folder '" + place + "'", {}};
        if (!std::filesystem::is_directory(status)) {
            files.push_back(place);
            continue;
        }
        std::vector<std::string> found;
        for (std::filesystem::recursive_directory_iterator entry(place, error), end;
             !error && entry != end; entry.increment(error))
            if (entry->is_regular_file() && fits(entry->path().filename().string()))
                found.push_back(entry->path().string());
        if (error)
            return Error{"file_not_readable",
                         "cannot read the folder '" + place + "': " + error.message(),
                         {}};
        std::sort(found.begin(), found.end());
        files.insert(files.end(), found.begin(), found.end());
    }
    return files;
}

}  // namespace

result<FlowFile> read_flow_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream || std::filesystem::is_directory(path))
        return Error{"file_not_readable", "cannot read '" + path + "'", {}};
    FlowFile file;
    file.path = path;
    if (ends_with(path, ".json")) file.format = definition::SourceFormat::json;
    file.source.resize(Limits{}.source_bytes + 1);
    stream.read(file.source.data(), static_cast<std::streamsize>(file.source.size()));
    file.source.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) return Error{"file_not_readable", "cannot read '" + path + "'", {}};
    return file;
}

result<std::vector<std::string>> find_flow_files(const std::vector<std::string>& places) {
    return find_files(places, is_flow_file);
}

result<std::vector<std::string>> find_test_files(const std::vector<std::string>& places) {
    auto files = find_files(places, is_test_file);
    if (!files) return files;
    for (auto& file : *files) {
        if (is_test_file(file)) continue;
        const auto dot = file.rfind('.');
        const auto beside =
            dot == std::string::npos ? file : file.substr(0, dot) + ".test" + file.substr(dot);
        if (std::filesystem::exists(beside)) file = beside;
    }
    return files;
}

std::string describe(const std::string& path, const Diagnostic& diagnostic) {
    std::string text = path;
    if (diagnostic.line > 0)
        text += ':' + std::to_string(diagnostic.line) + ':' + std::to_string(diagnostic.column);
    text += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    text += diagnostic.message + " [" + diagnostic.code + "]";
    if (!diagnostic.suggestion.empty()) text += "\n    " + diagnostic.suggestion;
    return text;
}

std::string describe(const std::string& path, const Error& error) {
    const auto* const details = error.details.if_object();
    const Value* const list = details == nullptr ? nullptr : details->if_contains("diagnostics");
    if (list == nullptr || !list->is_array())
        return path + ": error: " + error.message + " [" + error.code + "]";
    std::string text;
    for (const auto& entry : list->get_array()) {
        const auto& object = entry.as_object();
        Diagnostic diagnostic;
        if (text_of(object, "severity") == "warning") diagnostic.severity = Severity::warning;
        diagnostic.code = text_of(object, "code");
        diagnostic.message = text_of(object, "message");
        diagnostic.suggestion = text_of(object, "suggestion");
        diagnostic.line = number_of(object, "line");
        diagnostic.column = number_of(object, "column");
        if (!text.empty()) text += '\n';
        text += describe(path, diagnostic);
    }
    return text;
}

}  // namespace sluice::app
