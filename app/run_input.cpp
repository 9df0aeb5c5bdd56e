#include "app/run_input.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include "engine/model/json_text.hpp"

namespace sluice::app {
namespace {

result<Value> read_input_file(const std::string& path) {
    std::string text;
    if (path == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream stream(path, std::ios::binary);
        if (!stream)
            return Error{"file_not_readable", "cannot read the input file '" + path + "'", {}};
        text.assign(std::istreambuf_iterator<char>(stream), {});
    }
    auto value = parse_json(text);
    if (!value) return Error{value.error().code, path + ": " + value.error().message, {}};
    return value;
}

}  // namespace

result<Value> input_of(const RunConfiguration& configuration) {
    Value input = Object{};
    if (!configuration.input_file.empty()) {
        auto read = read_input_file(configuration.input_file);
        if (!read) return read.error();
        input = std::move(*read);
    }
    for (const auto& pair : configuration.inputs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0)
            return Error{"invalid_argument", "--input wants key=value, not '" + pair + "'", {}};
        if (!input.is_object())
            return Error{
                "invalid_argument", "--input needs an input file that holds an object", {}};
        const std::string text = pair.substr(equals + 1);
        auto value = parse_json(text);
        input.get_object()[pair.substr(0, equals)] = value ? std::move(*value) : Value(text);
    }
    return input;
}

}  // namespace sluice::app
