// Mocks of nodes and of HTTP calls.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/definition/problems.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/nodes/http_response_value.hpp"
#include "engine/testing/test_reading.hpp"

namespace sluice::testing {
namespace {

using definition::Problems;
using definition::quoted;
using definition::Section;

constexpr std::array<std::string_view, 4> node_keys{"output", "outcome", "error", "after"};
constexpr std::array<std::string_view, 5> response_keys{"status", "headers", "body", "error",
                                                        "after"};
constexpr std::array<std::string_view, 5> error_keys{"code", "message", "details", "retryable",
                                                     "status"};
constexpr std::array<std::string_view, 2> http_keys{"when", "answer"};
constexpr std::array<std::string_view, 5> pattern_keys{"method", "url", "headers", "body",
                                                       "body_contains"};

void contradict(const Section& section, std::string_view one, std::string_view other) {
    if (section.find(one) != nullptr && section.find(other) != nullptr)
        section.problems().at_key(
            section.pointer(other), "contradiction",
            quoted(one) + " and " + quoted(other) + " cannot both be meant: leave one of them out");
}

/// `error: {status: 503}` is the failure that an answer of this status makes.
NodeError status_error(std::int64_t status, const Value* message) {
    auto failure = status_failure(Object{{"status", status},
                                         {"headers", Object{}},
                                         {"body", message != nullptr ? *message : Value(nullptr)}});
    return failure ? std::move(*failure) : NodeError{};
}

std::optional<NodeError> read_error(const Section& section) {
    const Value* const value = section.find("error");
    if (value == nullptr) return std::nullopt;
    const auto error = Section::open(*value, section.pointer("error"), section.problems());
    if (!error) return std::nullopt;
    error->only(error_keys);
    NodeError made{"", "the mock failed", {}, true};
    if (const auto status = error->integer("status", 400, 599))
        made = status_error(*status, error->find("message"));
    else if (error->find("status") == nullptr)
        error->require("code", "what the node fails with, or `status` of an HTTP answer");
    if (const auto code = error->text("code")) made.code = *code;
    if (const auto message = error->text("message")) made.message = *message;
    if (const Value* const details = error->find("details")) made.details = *details;
    if (const Value* const retryable = error->find("retryable")) {
        if (retryable->is_bool())
            made.retryable = retryable->get_bool();
        else
            error->wrong_type("retryable", "true or false");
    }
    return made;
}

MockAnswer read_timing(const Section& section) {
    MockAnswer answer;
    answer.after = section.duration("after", Milliseconds(0)).value_or(Milliseconds(0));
    answer.error = read_error(section);
    return answer;
}

MockAnswer read_node_answer(const Section& section, const TestReading& reading, const Node* node) {
    section.only(node_keys);
    MockAnswer answer = read_timing(section);
    contradict(section, "error", "output");
    contradict(section, "error", "outcome");
    if (const Value* const output = section.find("output")) answer.output = *output;
    const auto* const type = node == nullptr ? nullptr : reading.type(*node);
    if (const Value* const outcome = section.find("outcome"); outcome && outcome->is_bool())
        answer.outcome = outcome->get_bool() ? "true" : "false";
    else if (const auto text = section.text("outcome"))
        answer.outcome = *text;
    else if (type != nullptr && !type->outcomes.empty())
        answer.outcome = type->outcomes.front();
    if (node != nullptr && section.find("outcome") != nullptr)
        reading.check_outcome(section, "outcome", *node, answer.outcome);
    return answer;
}

std::string header_text(const Value& value) {
    const auto* const text = value.if_string();
    return text != nullptr ? std::string(view(*text)) : to_json(value);
}

MockAnswer read_response(const Section& section) {
    section.only(response_keys);
    MockAnswer answer = read_timing(section);
    contradict(section, "error", "status");
    contradict(section, "error", "body");
    answer.response.status =
        static_cast<unsigned>(section.integer("status", 100, 599).value_or(200));
    const Value* const body = section.find("body");
    if (body != nullptr && !body->is_null()) {
        answer.response.body =
            body->is_string() ? std::string(view(body->get_string())) : to_json(*body);
        answer.response.headers.emplace_back("content-type",
                                             body->is_string() ? "text/plain" : "application/json");
    }
    if (const Value* const value = section.find("headers"))
        if (const auto headers =
                Section::open(*value, section.pointer("headers"), section.problems()))
            for (const auto& header : headers->members()) {
                std::string name(view(header.key()));
                std::ranges::transform(name, name.begin(), [](char letter) {
                    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
                });
                std::erase_if(answer.response.headers,
                              [&](const auto& known) { return known.first == name; });
                answer.response.headers.emplace_back(std::move(name), header_text(header.value()));
            }
    return answer;
}

}  // namespace

const Node* TestReading::node(const Section& section, std::string_view id) const {
    if (program == nullptr) return nullptr;
    std::vector<std::string_view> ids;
    for (const Node& node : program->graph().nodes) {
        if (node.id == id) return &node;
        ids.push_back(node.id);
    }
    const std::string nearest = nearest_name(id, ids);
    section.problems().at_key(
        section.pointer(id), "unknown_node",
        "the flow has no node " + quoted(id) + "; its nodes are " + definition::listed(ids),
        nearest.empty() ? "" : "write `" + nearest + '`');
    return nullptr;
}

const NodeType* TestReading::type(const Node& node) const {
    const auto index = program->graph().find(node.id);
    return index ? program->node(*index).type.get() : nullptr;
}

void TestReading::check_outcome(const Section& section, std::string_view key, const Node& node,
                                std::string_view outcome) const {
    const auto* const node_type = type(node);
    if (node_type == nullptr || node_type->outcomes.empty()) return;
    std::vector<std::string> known = node_type->outcomes;
    known.emplace_back(error_outcome);
    // What the edges are named is an outcome, too: of nodes that end with any text.
    if (std::ranges::find(known, outcome) != known.end()) return;
    const std::string nearest = nearest_name(outcome, known);
    section.problems().at_value(section.pointer(key), "unknown_outcome",
                                quoted(node.id) + " cannot end with " + quoted(outcome) +
                                    "; its outcomes are " + definition::listed(known),
                                nearest.empty() ? "" : "write `" + nearest + '`');
}

Script<MockAnswer> read_node_mock(const Value& value, const std::string& pointer,
                                  Problems& problems, const TestReading& reading,
                                  const Node* node) {
    return read_script<MockAnswer>(value, pointer, problems, [&](const Section& section) {
        return read_node_answer(section, reading, node);
    });
}

CallPattern read_call_pattern(const Section& section) {
    CallPattern pattern;
    pattern.method = section.text("method").value_or("");
    pattern.url = section.text("url").value_or("*");
    if (const Value* const body = section.find("body")) pattern.body = *body;
    if (const Value* const body = section.find("body_contains")) pattern.body_contains = *body;
    contradict(section, "body", "body_contains");
    if (const Value* const value = section.find("headers"))
        if (const auto headers =
                Section::open(*value, section.pointer("headers"), section.problems()))
            for (const auto& header : headers->members())
                pattern.headers.emplace(view(header.key()), header_text(header.value()));
    return pattern;
}

HttpMock read_http_mock(const Value& value, const std::string& pointer, Problems& problems) {
    HttpMock mock;
    const auto section = Section::open(value, pointer, problems);
    if (!section) return mock;
    section->only(http_keys);
    if (const Value* const when = section->find("when")) {
        if (const auto pattern = Section::open(*when, section->pointer("when"), problems)) {
            pattern->only(pattern_keys);
            mock.when = read_call_pattern(*pattern);
        }
    } else {
        mock.when.url = "*";
    }
    if (section->require("answer", "what such a call is answered: {status, headers, body}"))
        mock.answer = read_script<MockAnswer>(*section->find("answer"), section->pointer("answer"),
                                              problems, read_response);
    return mock;
}

}  // namespace sluice::testing
