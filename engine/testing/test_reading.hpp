#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/section.hpp"
#include "engine/run/program.hpp"
#include "engine/testing/test_case.hpp"

/// Reading the parts of a test file: each function reports what is wrong to the section's problems.
namespace sluice::testing {

/// What the readers know besides the text.
struct TestReading {
    const Program* program = nullptr;  ///< null: nodes are not looked up

    /// The node of this id; nullptr when there is none, which is reported as `unknown_node`, and
    /// without a program.
    [[nodiscard]] const Node* node(const definition::Section& section, std::string_view id) const;
    /// Reports `unknown_outcome` when the node cannot end so.
    void check_outcome(const definition::Section& section, std::string_view key, const Node& node,
                       std::string_view outcome) const;
    /// What runs the node.
    [[nodiscard]] const NodeType* type(const Node& node) const;
};

/// The mock of a node.
[[nodiscard]] Script<MockAnswer> read_node_mock(const Value& value, const std::string& pointer,
                                                definition::Problems& problems,
                                                const TestReading& reading, const Node* node);
/// A mock of HTTP calls: {when, answer}.
[[nodiscard]] HttpMock read_http_mock(const Value& value, const std::string& pointer,
                                      definition::Problems& problems);
[[nodiscard]] Script<PlannedDecision> read_decisions(const Value& value, const std::string& pointer,
                                                     definition::Problems& problems);
[[nodiscard]] PlannedSignal read_signal(const definition::Section& section);
[[nodiscard]] Expectation read_expectation(const definition::Section& section,
                                           const TestReading& reading);
/// The keys of a CallPattern; `section` may have others.
[[nodiscard]] CallPattern read_call_pattern(const definition::Section& section);

/// Reads one entry, or a list of them, each by `read(section)`.
template <typename T>
Script<T> read_script(const Value& value, const std::string& pointer,
                      definition::Problems& problems,
                      const std::function<T(const definition::Section&)>& read) {
    Script<T> script;
    const auto take = [&](const Value& entry, const std::string& place) {
        if (const auto section = definition::Section::open(entry, place, problems))
            script.entries.push_back(read(*section));
    };
    script.each_once = value.is_array();
    if (!script.each_once) {
        take(value, pointer);
        return script;
    }
    const auto& list = value.get_array();
    if (list.empty())
        problems.at_value(pointer, "out_of_range", "an empty list answers nothing",
                          "leave it out, or write one entry");
    for (std::size_t at = 0; at < list.size(); ++at)
        take(list[at], definition::child_pointer(pointer, at));
    return script;
}

/// The text of a key of Boost.JSON.
[[nodiscard]] inline std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace sluice::testing
