#include "engine/definition/native_code.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/definition/names.hpp"

namespace sluice::definition {
namespace {

constexpr std::array<std::string_view, 2> languages{"javascript", "python"};

void read_module(const Section& section, CodeLanguage language, std::string name,
                 const Limits& limits, CodeModules& modules) {
    Problems& problems = section.problems();
    if (!is_node_id(name) || name.size() > limits.name_length) {
        const std::string fitting = as_node_id(name);
        problems.at_key(section.pointer(name), "invalid_name",
                        quoted(name) +
                            " is not a name of a module: letters, digits, `_` and `-`, not "
                            "beginning with a digit or `-`",
                        fitting.empty() ? "" : "write `" + fitting + '`');
    }
    if (const auto text = section.text(name))
        modules.push_back({language, std::move(name), std::string(*text)});
}

}  // namespace

CodeModules read_code(const Section& flow, const Limits& limits) {
    CodeModules modules;
    const Value* const code = flow.find("code");
    if (code == nullptr) return modules;
    const auto section = Section::open(*code, flow.pointer("code"), flow.problems());
    if (!section) return modules;
    section->only(languages);
    for (const auto language : {CodeLanguage::javascript, CodeLanguage::python}) {
        const std::string_view key = to_word(language);
        const Value* const texts = section->find(key);
        if (texts == nullptr) continue;
        const auto named = Section::open(*texts, section->pointer(key), flow.problems());
        if (!named) continue;
        std::size_t bytes = 0;
        for (const auto& member : named->members()) {
            read_module(*named, language, std::string(member.key()), limits, modules);
            if (const auto* const text = member.value().if_string()) bytes += text->size();
        }
        if (bytes > limits.script_code_bytes)
            flow.problems().at_key(named->pointer(), "out_of_range",
                                   "the modules take " + std::to_string(bytes) +
                                       " bytes together, and may take " +
                                       std::to_string(limits.script_code_bytes));
    }
    if (modules.size() > limits.code_modules)
        flow.problems().at_key(section->pointer(), "out_of_range",
                               "the flow has " + std::to_string(modules.size()) +
                                   " modules of code; the limit is " +
                                   std::to_string(limits.code_modules));
    return modules;
}

}  // namespace sluice::definition
