#include "engine/testing/world.hpp"

#include <algorithm>
#include <utility>

#include "engine/async/timers.hpp"
#include "engine/run/retry_policy.hpp"
#include "engine/testing/call_pattern.hpp"
#include "engine/testing/tested_flow.hpp"

namespace sluice::testing {
namespace {

constexpr std::size_t most_complaints = 20;
constexpr unsigned failing_percent = 40;

std::string asker_of(const NodeContext& context, std::uint32_t number) {
    return context.idempotency_key + "#" + std::to_string(context.attempt) + "#" +
           std::to_string(number);
}

/// Only these reach the world by nothing but HTTP and code, which are simulated or bounded.
bool may_run_for_real(const NodeType& type) {
    return type.id == "http.request" || type.language.has_value();
}

NodeFailure not_mocked(std::string message) {
    return NodeFailure(NodeError{"not_mocked", std::move(message), {}, false});
}

}  // namespace

/// The HTTP client of one attempt of one node.
class TestWorld::Client final : public HttpClient {
  public:
    Client(TestWorld& world, const NodeContext& context) : world_(world), context_(context) {}

    task<HttpResponse> send(HttpRequest request) override {
        return world_.answer(std::move(request), context_, ++number_);
    }

  private:
    TestWorld& world_;
    const NodeContext& context_;
    std::uint32_t number_ = 0;
};

TestWorld::TestWorld(const TestCase& test, const TestFaults& faults)
    : call_faults_(faults.http), luck_(faults.seed, 1) {
    for (const auto& [node, script] : test.mocks) mocks_.emplace(node, MockScript(script));
    for (const auto& mock : test.http) http_.push_back({&mock.when, MockScript(mock.answer)});
}

void TestWorld::complain(std::string complaint) {
    if (complaints_.size() < most_complaints &&
        std::ranges::find(complaints_, complaint) == complaints_.end())
        complaints_.push_back(std::move(complaint));
}

void TestWorld::remember(const NodeContext& context) {
    parameters_[context.node] = context.parameters;
}

task<NodeResult> TestWorld::perform(NodeContext context) {
    remember(context);
    auto& script = mocks_.at(context.node);
    if (fails_by_fault(context, 0, script))
        throw NodeFailure(NodeError{"http_connect_failed", "an injected fault", {}, true});
    const MockAnswer* const planned = script.next(asker_of(context, 0));
    if (planned == nullptr) {
        const std::string message = "node '" + context.node + "' ran once more than its mock has " +
                                    "answers: they are " + std::to_string(script.size());
        complain(message);
        throw not_mocked(message);
    }
    const MockAnswer answer = *planned;
    if (answer.after > Milliseconds(0))
        co_await sleep_until(*context.timers, context.clock->steady() + answer.after);
    if (answer.error) throw NodeFailure(*answer.error);
    NodeResult result;
    result.outcome = answer.outcome;
    result.output = answer.output;
    co_return result;
}

task<NodeResult> TestWorld::perform(NodeContext context, std::shared_ptr<const NodeType> type) {
    remember(context);
    if (dry_) co_await never_.wait();
    if (!may_run_for_real(*type)) {
        const std::string message = "node '" + context.node + "' of type " + type->id +
                                    " acts on the world, which a test does not: mock it " +
                                    "(mocks: {" + context.node + ": {output: ...}})";
        complain(message);
        throw not_mocked(message);
    }
    const NodeContext identity = context;
    Client client(*this, identity);
    context.http = &client;
    co_return co_await type->effect(std::move(context));
}

/// Whether the flow would try again and still come to the answers that are left.
bool TestWorld::fails_by_fault(const NodeContext& context, std::uint32_t number,
                               const MockScript& script) {
    if (!call_faults_ || program_ == nullptr) return false;
    // What was answered before the process died is answered again: the answer belongs to the
    // attempt.
    if (script.gave(asker_of(context, number))) return false;
    const auto index = program_->graph().find(context.node);
    if (!index) return false;
    const auto& node = program_->graph().nodes[*index];
    // Code does not try a call again by its node's policy.
    if (original_type(node.type) != "http.request") return false;
    const auto& retry = node.retry;
    if (context.attempt + script.left() > retry.attempts) return false;
    const NodeError failure{"http_connect_failed", {}, {}, true};
    if (!next_attempt(retry, failure, context.attempt, jitter_)) return false;
    if (!luck_.percent(failing_percent)) return false;
    ++failed_calls_;
    return true;
}

task<HttpResponse> TestWorld::answer(HttpRequest request, const NodeContext& context,
                                     std::uint32_t number) {
    const std::string called = request.method + " " + request.url;
    const std::string url = request.url;
    const auto timeout = request.timeout;
    const auto found =
        std::ranges::find_if(http_, [&](const auto& mock) { return fits(*mock.when, request); });
    calls_.push_back({context.node, std::move(request)});
    if (found == http_.end()) {
        const std::string message =
            "no mock answers " + called + " (of node '" + context.node + "')";
        complain(message);
        throw not_mocked(message);
    }
    if (fails_by_fault(context, number, found->script)) {
        calls_.back().failed_by_fault = true;
        if (luck_.percent(50))
            throw NodeFailure(
                NodeError{"http_connect_failed", "an injected fault: nobody listens", {}, true});
        co_await sleep_until(*context.timers, context.clock->steady() + timeout);
        throw NodeFailure(NodeError{"http_timeout", "an injected fault: no answer", {}, true});
    }
    const MockAnswer* const planned = found->script.next(asker_of(context, number));
    if (planned == nullptr) {
        const std::string message = called + " (of node '" + context.node +
                                    "') was called once more than its mock has answers: they are " +
                                    std::to_string(found->script.size());
        complain(message);
        throw not_mocked(message);
    }
    MockAnswer answer = *planned;
    if (answer.after > timeout) {
        co_await sleep_until(*context.timers, context.clock->steady() + timeout);
        throw NodeFailure(
            NodeError{"http_timeout", called + " was not answered within its timeout", {}, true});
    }
    if (answer.after > Milliseconds(0))
        co_await sleep_until(*context.timers, context.clock->steady() + answer.after);
    if (answer.error) throw NodeFailure(*answer.error);
    answer.response.url = url;
    co_return std::move(answer.response);
}

}  // namespace sluice::testing
