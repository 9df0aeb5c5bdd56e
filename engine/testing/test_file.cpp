#include "engine/testing/test_file.hpp"

#include <array>
#include <utility>

#include "engine/definition/problems.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/secrets/secrets.hpp"
#include "engine/testing/test_reading.hpp"

namespace sluice::testing {
namespace {

using definition::Problems;
using definition::quoted;
using definition::Section;

constexpr std::array<std::string_view, 4> file_keys{"flow", "description", "defaults", "tests"};
constexpr std::array<std::string_view, 11> test_keys{"description", "input",   "trigger", "secrets",
                                                     "env",         "clock",   "mocks",   "http",
                                                     "decide",      "signals", "expect"};
constexpr std::array<std::string_view, 9> default_keys{
    "input", "trigger", "secrets", "env", "clock", "mocks", "http", "decide", "signals"};

class TestsReader {
  public:
    TestsReader(const Program* program, Problems& problems, const Limits& limits)
        : reading_{program}, problems_(problems), limits_(limits) {}

    std::vector<TestCase> read(const Value& document, const definition::SourceMap& positions) {
        std::vector<TestCase> tests;
        if (!document.is_object()) {
            problems_.at_value("", "wrong_type", "a test file must be a map with the key `tests`");
            return tests;
        }
        const auto file = Section::open(document, "", problems_);
        file->only(file_keys);
        (void)file->text("flow");
        (void)file->text("description");
        TestCase defaults;
        if (const Value* const value = file->find("defaults"))
            if (const auto section = Section::open(*value, file->pointer("defaults"), problems_)) {
                section->only(default_keys);
                read_setting(*section, defaults);
            }
        if (!file->require("tests", "a map from names to tests")) return tests;
        const auto section = Section::open(*file->find("tests"), file->pointer("tests"), problems_);
        if (!section) return tests;
        if (section->members().empty())
            problems_.at_key(section->pointer(), "no_tests", "there is no test in this file");
        for (const auto& member : section->members()) {
            TestCase test = defaults;
            test.name = view(member.key());
            const std::string pointer = section->pointer(test.name);
            test.line = positions.key(pointer).line;
            if (const auto entry = Section::open(member.value(), pointer, problems_))
                read_test(*entry, test);
            tests.push_back(std::move(test));
        }
        return tests;
    }

  private:
    void read_test(const Section& section, TestCase& test) {
        section.only(test_keys);
        (void)section.text("description");
        read_setting(section, test);
        if (const Value* const value = section.find("expect"))
            if (const auto expect = Section::open(*value, section.pointer("expect"), problems_))
                test.expect = read_expectation(*expect, reading_);
    }

    /// What a test and `defaults` have in common; maps are laid over those of `test`.
    void read_setting(const Section& section, TestCase& test) {
        if (const Value* const input = section.find("input")) test.input = *input;
        if (const Value* const trigger = section.find("trigger")) {
            test.trigger = *trigger;
            if (!trigger->is_object()) section.wrong_type("trigger", "a map");
        }
        read_secrets(section, test);
        if (const auto environment = inner(section, "env"))
            for (const auto& member : environment->members()) {
                if (!member.value().is_string())
                    environment->wrong_type(view(member.key()), "text, as variables are");
                test.environment.as_object()[member.key()] = member.value();
            }
        read_clock(section, test);
        if (const auto mocks = inner(section, "mocks"))
            for (const auto& member : mocks->members()) {
                const std::string id(view(member.key()));
                test.mocks[id] = read_node_mock(member.value(), mocks->pointer(id), problems_,
                                                reading_, reading_.node(*mocks, id));
            }
        read_http(section, test);
        if (const auto decide = inner(section, "decide"))
            for (const auto& member : decide->members())
                read_decide(*decide, std::string(view(member.key())), member.value(), test);
        read_signals(section, test);
    }

    std::optional<Section> inner(const Section& section, std::string_view key) const {
        const Value* const value = section.find(key);
        if (value == nullptr) return std::nullopt;
        return Section::open(*value, section.pointer(key), problems_);
    }

    void read_secrets(const Section& section, TestCase& test) {
        const auto secrets = inner(section, "secrets");
        if (!secrets) return;
        for (const auto& member : secrets->members()) {
            const auto name = view(member.key());
            const auto text = secrets->text(name);
            if (!text) continue;
            test.secrets.insert_or_assign(std::string(name), std::string(*text));
            if (const auto made =
                    Secrets::create({{std::string(name), std::string(*text)}}, limits_);
                !made)
                problems_.at_value(secrets->pointer(name), "invalid_secrets", made.error().message);
        }
    }

    void read_clock(const Section& section, TestCase& test) {
        const auto text = section.text("clock");
        if (!text) return;
        test.clock = parse_rfc3339(*text);
        if (!test.clock)
            problems_.at_value(section.pointer("clock"), "invalid_timestamp",
                               quoted(*text) + " is not a time",
                               "write it as 2026-03-01T09:00:00Z, in quotes");
    }

    void read_http(const Section& section, TestCase& test) {
        const Value* const value = section.find("http");
        if (value == nullptr) return;
        if (!value->is_array()) return section.wrong_type("http", "a list of {when, answer}");
        std::vector<HttpMock> mocks;
        for (std::size_t at = 0; at < value->get_array().size(); ++at)
            mocks.push_back(read_http_mock(value->get_array()[at],
                                           definition::child_pointer(section.pointer("http"), at),
                                           problems_));
        // The test's own come before those that it has from the defaults.
        mocks.insert(mocks.end(), test.http.begin(), test.http.end());
        test.http = std::move(mocks);
    }

    void read_decide(const Section& decide, const std::string& id, const Value& value,
                     TestCase& test) {
        test.decide[id] = read_decisions(value, decide.pointer(id), problems_);
        const Node* const node = reading_.node(decide, id);
        if (node != nullptr && node->type != "flow.approval")
            problems_.at_key(decide.pointer(id), "not_an_approval",
                             quoted(id) + " is a " + quoted(node->type) +
                                 ": people decide on nodes of `flow.approval`",
                             "a mock says what any other node puts out");
    }

    void read_signals(const Section& section, TestCase& test) {
        const Value* const value = section.find("signals");
        if (value == nullptr) return;
        if (!value->is_array()) return section.wrong_type("signals", "a list of signals");
        test.signals.clear();
        for (std::size_t at = 0; at < value->get_array().size(); ++at)
            if (const auto signal = Section::open(
                    value->get_array()[at],
                    definition::child_pointer(section.pointer("signals"), at), problems_))
                test.signals.push_back(read_signal(*signal));
    }

    TestReading reading_;
    Problems& problems_;
    const Limits& limits_;
};

}  // namespace

std::optional<std::string> flow_named_in(const definition::Document& tests) {
    const auto name = text_member(tests.value, "flow");
    return name.empty() ? std::nullopt : std::optional(name);
}

ParsedTests parse_tests(const definition::Document& tests, const Program* program,
                        const Limits& limits) {
    ParsedTests parsed;
    if (!tests.complete || has_errors(tests.diagnostics)) {
        parsed.diagnostics = tests.diagnostics;
        return parsed;
    }
    Problems problems(tests.positions, limits.diagnostics);
    parsed.tests = TestsReader(program, problems, limits).read(tests.value, tests.positions);
    parsed.diagnostics = problems.take();
    return parsed;
}

}  // namespace sluice::testing
