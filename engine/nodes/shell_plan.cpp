#include "engine/nodes/shell_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/model/duration.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 8> known_keys{"command",          "script",      "env",
                                                     "directory",        "stdin",       "timeout",
                                                     "max_output_bytes", "fail_on_exit"};

constexpr std::chrono::milliseconds longest_timeout = std::chrono::days(1);
constexpr std::size_t usual_output = 1u << 20;

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

/// Collects the request and every problem on the way.
class Planner {
  public:
    Planner(const Object& parameters, const ProcessEnvironment& passed_on, const Limits& limits)
        : parameters_(parameters), limits_(limits) {
        plan_.request.environment = passed_on;
    }

    node_result<ShellPlan> plan() {
        check_keys();
        read_program();
        read_environment();
        if (auto directory = read_text("directory"))
            plan_.request.directory = std::move(*directory);
        if (has_nul(plan_.request.directory)) problem("directory", "must not hold a NUL character");
        plan_.request.input = read_text("stdin");
        read_timeout();
        read_output_bytes();
        read_fail_on_exit();
        if (!problems_.empty()) return problems_.failure("shell.exec");
        return std::move(plan_);
    }

  private:
    const Value* find(std::string_view key) const {
        const auto* const value = parameters_.if_contains(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    void problem(std::string parameter, std::string message) {
        problems_.add(std::move(parameter), std::move(message));
    }

    void check_keys() {
        for (const auto& item : parameters_) {
            const std::string_view key = item.key();
            if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end())
                problem(std::string(key), "is not a parameter of shell.exec");
        }
    }

    std::optional<std::string> read_text(std::string_view key) {
        const auto* const value = find(key);
        if (value == nullptr) return std::nullopt;
        if (const auto* text = value->if_string()) return std::string(*text);
        problem(std::string(key), "must be text");
        return std::nullopt;
    }

    /// A text, number or boolean as a program is given it; nullopt with a problem for others.
    std::optional<std::string> read_scalar(const std::string& name, const Value& value) {
        if (value.is_structured() || value.is_null()) {
            problem(name, "must be text, a number or a boolean");
            return std::nullopt;
        }
        std::string text = nodes::as_text(value);
        if (!has_nul(text)) return text;
        problem(name, "must not hold a NUL character");
        return std::nullopt;
    }

    void read_program() {
        const auto* const command = find("command");
        const auto script = read_text("script");
        if ((command != nullptr) == (find("script") != nullptr)) {
            problem("command", "or `script` must be given, and not both");
            return;
        }
        if (script) {
            if (script->empty() || has_nul(*script))
                problem("script", "must be a text that is not empty and holds no NUL character");
            plan_.request.arguments = {"/bin/sh", "-c", *script};
        }
        if (command != nullptr) read_command(*command);
    }

    void read_command(const Value& command) {
        const auto* const list = command.if_array();
        if (list == nullptr || list->empty())
            return problem("command",
                           "must be a list of the program and its arguments, such as [ls, -l]; "
                           "what a shell should read is `script`");
        for (std::size_t at = 0; at < list->size(); ++at)
            if (auto text = read_scalar("command[" + std::to_string(at) + "]", (*list)[at]))
                plan_.request.arguments.push_back(std::move(*text));
        if (list->front().is_string() && list->front().get_string().empty())
            problem("command[0]", "is the program, and must not be empty");
    }

    void read_environment() {
        const auto* const value = find("env");
        if (value == nullptr) return;
        const auto* const variables = value->if_object();
        if (variables == nullptr) return problem("env", "must be an object of names and texts");
        for (const auto& item : *variables) {
            const std::string name(item.key());
            if (name.empty() || name.find('=') != std::string::npos || has_nul(name))
                problem("env." + name, "is not a name of a variable");
            else if (item.value().is_null())
                plan_.request.environment.erase(name);
            else if (auto text = read_scalar("env." + name, item.value()))
                plan_.request.environment[name] = std::move(*text);
        }
    }

    /// A number without a fraction from 0 on, however it is stored.
    static std::optional<std::int64_t> whole_number(const Value& value) {
        boost::system::error_code error;
        const auto number = value.is_number() ? value.to_number<std::int64_t>(error) : -1;
        if (error || number < 0) return std::nullopt;
        return number;
    }

    void read_timeout() {
        const auto* const value = find("timeout");
        if (value == nullptr) return;
        std::optional<std::chrono::milliseconds> given;
        if (const auto* text = value->if_string())
            given = parse_duration(*text);
        else if (const auto count = whole_number(*value))
            given = std::chrono::milliseconds(*count);
        if (!given || given->count() < 1 || *given > longest_timeout)
            problem("timeout", "must be a duration such as 10s, or milliseconds, from 1ms to " +
                                   format_duration(longest_timeout));
        else
            plan_.request.timeout = *given;
    }

    void read_output_bytes() {
        const std::size_t most = largest_shell_output(limits_);
        plan_.request.output_bytes = std::min(usual_output, most);
        const auto* const value = find("max_output_bytes");
        if (value == nullptr) return;
        const auto bytes = whole_number(*value);
        if (bytes && static_cast<std::uint64_t>(*bytes) <= most)
            plan_.request.output_bytes = static_cast<std::size_t>(*bytes);
        else
            problem("max_output_bytes", "must be a number from 0 to " + std::to_string(most) +
                                            ", a quarter of --max-output-bytes");
    }

    void read_fail_on_exit() {
        const auto* const value = find("fail_on_exit");
        if (value == nullptr) return;
        if (const auto* flag = value->if_bool())
            plan_.fail_on_exit = *flag;
        else
            problem("fail_on_exit", "must be true or false");
    }

    const Object& parameters_;
    const Limits& limits_;
    ShellPlan plan_;
    nodes::ParameterProblems problems_;
};

}  // namespace

std::size_t largest_shell_output(const Limits& limits) {
    return limits.output_bytes / 4;
}

node_result<ShellPlan> plan_shell(const Value& parameters, const ProcessEnvironment& passed_on,
                                  const Limits& limits) {
    const auto* const object = parameters.if_object();
    if (object == nullptr)
        return NodeError{"invalid_parameters", "the parameters of shell.exec must be an object",
                         nullptr, false};
    return Planner(*object, passed_on, limits).plan();
}

}  // namespace sluice
