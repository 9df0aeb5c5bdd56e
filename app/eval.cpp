#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

#include "app/commands.hpp"
#include "engine/expression/trial.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::app {
namespace {

/// The JSON in a file; `-` is standard input.
result<Value> read_json(const std::string& name) {
    std::string text;
    if (name == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream file(name, std::ios::binary);
        if (!file) return Error{"file_unreadable", "cannot read " + name, {}};
        text.assign(std::istreambuf_iterator<char>(file), {});
    }
    auto value = parse_json(text);
    if (!value) return Error{"invalid_json", name + ": " + value.error().message, {}};
    return value;
}

result<Value> scope_of(const EvalConfiguration& configuration) {
    Value scope = Object{};
    if (!configuration.scope.empty()) {
        auto read = read_json(configuration.scope);
        if (!read) return read.error();
        if (!read->is_object()) return Error{"invalid_scope", "the scope must be an object", {}};
        scope = std::move(*read);
    }
    if (!configuration.input.empty()) {
        auto read = read_json(configuration.input);
        if (!read) return read.error();
        scope.get_object()["input"] = std::move(*read);
    }
    const std::string unknown = expression::ObjectScope::unknown_field(scope.get_object());
    if (!unknown.empty()) {
        return Error{
            "invalid_scope",
            "expressions see nothing named '" + unknown + "'; they see input, nodes, vars ...",
            {}};
    }
    return scope;
}

/// The line of the expression with the fault, and a mark below it.
void print_error(const Object& error, const std::string& expression) {
    const auto text = [&error](const char* name) {
        return std::string(error.at(name).as_string());
    };
    std::fprintf(stderr, "sluice: %s: %s\n", text("code").c_str(), text("message").c_str());
    const auto line = error.at("line").to_number<std::size_t>();
    const auto column = error.at("column").to_number<std::size_t>();
    std::size_t begin = 0;
    for (std::size_t i = 1; i < line; ++i) begin = expression.find('\n', begin) + 1;
    const std::string shown = expression.substr(begin, expression.find('\n', begin) - begin);
    std::fprintf(stderr, "  %s\n  %*s\n", shown.c_str(), static_cast<int>(column), "^");
    if (error.contains("hint") && text("message").find(text("hint")) == std::string::npos)
        std::fprintf(stderr, "  %s\n", text("hint").c_str());
}

}  // namespace

int eval(const EvalConfiguration& configuration) {
    auto scope = scope_of(configuration);
    if (!scope) {
        std::fprintf(stderr, "sluice: %s\n", scope.error().message.c_str());
        return exit_usage;
    }
    std::optional<expression::TimeZone> zone;
    if (!configuration.time_zone.empty()) {
        zone = expression::TimeZone::find(configuration.time_zone);
        if (!zone) {
            std::fprintf(stderr,
                         "sluice: there is no time zone '%s'; they are named as Europe/Berlin\n",
                         configuration.time_zone.c_str());
            return exit_usage;
        }
    }
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    const expression::ObjectScope seen(std::move(*scope), now, zone);
    const Value answer = expression::try_expression(configuration.expression, seen, {});
    const bool good = answer.at("ok").as_bool();
    if (configuration.json) {
        std::printf("%s\n", to_pretty_json(answer).c_str());
    } else if (good) {
        std::printf("%s\n", to_pretty_json(answer.at("value")).c_str());
    } else {
        print_error(answer.at("error").as_object(), configuration.expression);
    }
    return good ? exit_ok : exit_failed;
}

}  // namespace sluice::app
