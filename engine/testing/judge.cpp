#include "engine/testing/judge.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/duration.hpp"
#include "engine/model/member.hpp"
#include "engine/testing/call_pattern.hpp"
#include "engine/testing/difference.hpp"

namespace sluice::testing {
namespace {

class Judge {
  public:
    Judge(const Expectation& expected, const TestResult& result, const TestWorld& world,
          bool under_faults)
        : expected_(expected), result_(result), world_(world), under_faults_(under_faults) {}

    std::vector<TestFailure> judge() {
        for (const auto& complaint : world_.complaints()) fail(complaint);
        if (judge_start()) {
            judge_status();
            judge_error();
            if (result_.timeline->state().status() == ExecutionStatus::succeeded) {
                compare("output", expected_.output, result_.output, Comparison::equal);
                compare("output", expected_.output_contains, result_.output, Comparison::contains);
            }
            for (const auto& [id, node] : expected_.nodes) judge_node(id, node);
            judge_calls();
            if (expected_.duration && !under_faults_ &&
                !expected_.duration->holds(result_.simulated))
                fail("duration: expected " + expected_.duration->text + ", took " +
                     format_duration(result_.simulated));
        }
        return std::move(failures_);
    }

  private:
    void fail(std::string message, std::vector<std::string> details = {}) {
        failures_.push_back({std::move(message), std::move(details)});
    }

    void compare(const std::string& name, const std::optional<Value>& expected, const Value& actual,
                 Comparison comparison) {
        if (!expected) return;
        auto lines = difference(name, *expected, actual, comparison);
        if (!lines.empty())
            fail(name + (comparison == Comparison::equal ? " is not what is expected"
                                                         : " does not contain what is expected"),
                 std::move(lines));
    }

    /// False when there is no execution to look at.
    bool judge_start() {
        if (!result_.refusal) {
            if (expected_.refused)
                fail("the start was expected to be refused with " + *expected_.refused +
                     ", but was accepted");
            return true;
        }
        const auto& refusal = *result_.refusal;
        if (expected_.refused == refusal.code) return false;
        std::vector<std::string> details;
        if (const Value* const errors = find_member(refusal.details, "errors");
            errors != nullptr && errors->is_array())
            for (const auto& error : errors->get_array())
                details.push_back("input" + text_member(error, "pointer") + ": " +
                                  text_member(error, "message"));
        fail("the start was refused: " + refusal.message + " [" + refusal.code + "]" +
                 (expected_.refused ? "; expected was " + *expected_.refused : ""),
             std::move(details));
        return false;
    }

    void judge_status() {
        auto expected = expected_.status;
        if (!expected && !expected_.error) expected = ExecutionStatus::succeeded;
        const auto& state = result_.timeline->state();
        const auto actual = state.status();
        if (!expected) {  // an error is expected
            if (actual == ExecutionStatus::failed || actual == ExecutionStatus::timed_out ||
                actual == ExecutionStatus::cancelled)
                return;
            expected = ExecutionStatus::failed;
        }
        if (actual == *expected) return;
        std::vector<std::string> details;
        if (!result_.waits_for.empty())
            details.push_back(result_.waits_for);
        else if (!state.error().is_null())
            details.push_back(error_line(state.error()));
        else if (actual == ExecutionStatus::succeeded)
            details.push_back("its output: " + brief(result_.output));
        fail("status: expected " + std::string(to_word(*expected)) + ", got " +
                 std::string(to_word(actual)),
             std::move(details));
    }

    static std::string error_line(const Value& error) {
        const auto node = text_member(error, "node");
        return (node.empty() ? "" : "node '" + node + "': ") + text_member(error, "message") +
               " [" + text_member(error, "code") + "]";
    }

    void judge_error() {
        if (!expected_.error) return;
        const auto& error = result_.timeline->state().error();
        if (error.is_null()) return;  // the status says it
        const auto check = [&](const char* name, const std::optional<std::string>& expected,
                               bool partly) {
            if (!expected) return;
            const auto actual = text_member(error, name);
            if (partly ? actual.find(*expected) != std::string::npos : actual == *expected) return;
            fail(std::string("error.") + name + ": expected '" + *expected + "', got '" + actual +
                 "'");
        };
        check("code", expected_.error->code, false);
        check("message", expected_.error->message, true);
        check("node", expected_.error->node, false);
    }

    void judge_node(const std::string& id, const NodeExpectation& expected) {
        const NodeRun* newest = nullptr;
        std::int64_t runs = 0;
        for (const auto& run : result_.runs) {
            if (result_.program->node_id(run.node) != id) continue;
            if (run.status != NodeRunStatus::skipped && run.attempt <= 1) ++runs;
            if (newest == nullptr || run.run >= newest->run) newest = &run;
        }
        const auto outcome = outcome_of(newest);
        if (expected.outcome && *expected.outcome != outcome)
            fail("node '" + id + "': expected " + *expected.outcome + ", got " + outcome,
                 newest != nullptr && !newest->error.is_null()
                     ? std::vector{error_line(newest->error)}
                     : std::vector<std::string>{});
        if (expected.runs && *expected.runs != runs)
            fail("node '" + id + "': expected " + std::to_string(*expected.runs) + " runs, got " +
                 std::to_string(runs));
        const std::int64_t attempts =
            newest == nullptr || outcome == "skipped" ? 0 : newest->attempt;
        if (expected.attempts && !under_faults_ && *expected.attempts != attempts)
            fail("node '" + id + "': expected " + std::to_string(*expected.attempts) +
                 " attempts, got " + std::to_string(attempts));
        const Value output = newest == nullptr ? Value(nullptr) : newest->output;
        compare("nodes." + id + ".output", expected.output, output, Comparison::equal);
        compare("nodes." + id + ".output", expected.output_contains, output, Comparison::contains);
        const auto with = world_.parameters().find(id);
        if (with == world_.parameters().end() && (expected.with || expected.with_contains)) {
            fail("node '" + id + "': `with` cannot be compared: the node is neither mocked nor " +
                 "effectful, or it did not run");
            return;
        }
        if (with == world_.parameters().end()) return;
        compare("nodes." + id + ".with", expected.with, with->second, Comparison::equal);
        compare("nodes." + id + ".with", expected.with_contains, with->second,
                Comparison::contains);
    }

    static std::string outcome_of(const NodeRun* run) {
        if (run == nullptr) return "skipped";
        if (run->status == NodeRunStatus::succeeded || run->status == NodeRunStatus::failed)
            return run->outcome;
        return std::string(to_word(run->status));
    }

    void judge_calls() {
        if (!expected_.calls) return;
        std::vector<std::int64_t> made(expected_.calls->size(), 0);
        std::vector<std::string> lines;
        for (const auto& call : world_.calls()) {
            std::optional<std::size_t> found;
            for (std::size_t at = 0; at < made.size(); ++at) {
                const auto& wanted = (*expected_.calls)[at];
                if (!fits(wanted.call, call.request)) continue;
                found = at;
                if (made[at] < wanted.times) break;
            }
            if (found)
                ++made[*found];
            else
                lines.push_back("not expected: " + call.request.method + " " + call.request.url +
                                body_text(call.request));
        }
        for (std::size_t at = 0; at < made.size(); ++at) {
            const auto& wanted = (*expected_.calls)[at];
            if (made[at] == wanted.times || (under_faults_ && made[at] > 0)) continue;
            lines.push_back("expected " + std::to_string(wanted.times) + " times, made " +
                            std::to_string(made[at]) + " times: " + describe(wanted.call));
        }
        if (!lines.empty()) fail("calls are not what is expected", std::move(lines));
    }

    static std::string body_text(const HttpRequest& request) {
        return request.body.empty() ? "" : " with the body " + brief(body_of(request));
    }

    const Expectation& expected_;
    const TestResult& result_;
    const TestWorld& world_;
    bool under_faults_;
    std::vector<TestFailure> failures_;
};

}  // namespace

std::vector<TestFailure> judge(const Expectation& expected, const TestResult& result,
                               const TestWorld& world, bool under_faults) {
    return Judge(expected, result, world, under_faults).judge();
}

}  // namespace sluice::testing
