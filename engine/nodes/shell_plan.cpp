#include "engine/nodes/shell_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/nodes/parameter_reader.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 8> known_keys{"command",          "script",      "env",
                                                     "directory",        "stdin",       "timeout",
                                                     "max_output_bytes", "fail_on_exit"};

constexpr std::size_t usual_output = 1u << 20;

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

/// Collects the request and every problem on the way.
class Planner {
  public:
    Planner(const Object& parameters, const ProcessEnvironment& passed_on, const Limits& limits)
        : reader_("shell.exec", parameters), limits_(limits) {
        plan_.request.environment = passed_on;
    }

    node_result<ShellPlan> plan() {
        reader_.only(known_keys);
        read_program();
        read_environment();
        if (auto directory = reader_.text("directory"))
            plan_.request.directory = std::move(*directory);
        if (has_nul(plan_.request.directory))
            reader_.problem("directory", "must not hold a NUL character");
        plan_.request.input = reader_.text("stdin");
        if (const auto timeout = reader_.timeout()) plan_.request.timeout = *timeout;
        read_output_bytes();
        reader_.flag("fail_on_exit", plan_.fail_on_exit);
        if (auto failure = reader_.failure()) return std::move(*failure);
        return std::move(plan_);
    }

  private:
    /// A text, number or boolean as a program is given it; nullopt with a problem for others.
    std::optional<std::string> read_scalar(const std::string& name, const Value& value) {
        if (value.is_structured() || value.is_null()) {
            reader_.problem(name, "must be text, a number or a boolean");
            return std::nullopt;
        }
        std::string text = nodes::as_text(value);
        if (!has_nul(text)) return text;
        reader_.problem(name, "must not hold a NUL character");
        return std::nullopt;
    }

    void read_program() {
        const auto* const command = reader_.find("command");
        const auto script = reader_.text("script");
        if ((command != nullptr) == (reader_.find("script") != nullptr)) {
            reader_.problem("command", "or `script` must be given, and not both");
            return;
        }
        if (script) {
            if (script->empty() || has_nul(*script))
                reader_.problem("script",
                                "must be a text that is not empty and holds no NUL character");
            plan_.request.arguments = {"/bin/sh", "-c", *script};
        }
        if (command != nullptr) read_command(*command);
    }

    void read_command(const Value& command) {
        const auto* const list = command.if_array();
        if (list == nullptr || list->empty())
            return reader_.problem(
                "command",
                "must be a list of the program and its arguments, such as [ls, -l]; "
                "what a shell should read is `script`");
        for (std::size_t at = 0; at < list->size(); ++at)
            if (auto text = read_scalar("command[" + std::to_string(at) + "]", (*list)[at]))
                plan_.request.arguments.push_back(std::move(*text));
        if (list->front().is_string() && list->front().get_string().empty())
            reader_.problem("command[0]", "is the program, and must not be empty");
    }

    void read_environment() {
        const auto* const value = reader_.find("env");
        if (value == nullptr) return;
        const auto* const variables = value->if_object();
        if (variables == nullptr)
            return reader_.problem("env", "must be an object of names and texts");
        for (const auto& item : *variables) {
            const std::string name(item.key());
            if (name.empty() || name.find('=') != std::string::npos || has_nul(name))
                reader_.problem("env." + name, "is not a name of a variable");
            else if (item.value().is_null())
                plan_.request.environment.erase(name);
            else if (auto text = read_scalar("env." + name, item.value()))
                plan_.request.environment[name] = std::move(*text);
        }
    }

    void read_output_bytes() {
        const std::size_t most = largest_shell_output(limits_);
        plan_.request.output_bytes = std::min(usual_output, most);
        const auto* const value = reader_.find("max_output_bytes");
        if (value == nullptr) return;
        if (const auto bytes = nodes::whole_number(*value, most))
            plan_.request.output_bytes = static_cast<std::size_t>(*bytes);
        else
            reader_.problem("max_output_bytes", "must be a number from 0 to " +
                                                    std::to_string(most) +
                                                    ", a quarter of --max-output-bytes");
    }

    nodes::ParameterReader reader_;
    const Limits& limits_;
    ShellPlan plan_;
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
