#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/async/gate.hpp"
#include "engine/nodes/node_type.hpp"
#include "engine/run/program.hpp"
#include "engine/testing/faults.hpp"
#include "engine/testing/mock_script.hpp"
#include "engine/testing/test_case.hpp"

namespace sluice::testing {

/// An HTTP call that the flow made, answered or not.
struct MadeCall {
    std::string node;
    HttpRequest request;
    bool failed_by_fault = false;
};

/// What is outside the process: it answers by the test's mocks, remembers what was asked of it, and
/// outlives every death of the process.
class TestWorld {
  public:
    /// `test` outlives it.
    TestWorld(const TestCase& test, const TestFaults& faults);
    /// Of a dry run: it remembers what is asked of it, and never answers.
    struct Dry {};
    explicit TestWorld(Dry) : call_faults_(false), luck_(1, 1), dry_(true) {}
    [[nodiscard]] bool dry() const { return dry_; }

    [[nodiscard]] bool mocks(const std::string& node) const { return mocks_.contains(node); }
    /// The run of a node that is mocked.
    task<NodeResult> perform(NodeContext context);
    /// The run of an effectful node that is not: by its own type, with the HTTP calls answered
    /// here.
    task<NodeResult> perform(NodeContext context, std::shared_ptr<const NodeType> type);

    /// Retry policies are looked up in it: before the first run.
    void knows(std::shared_ptr<const Program> program) { program_ = std::move(program); }

    [[nodiscard]] const std::vector<MadeCall>& calls() const { return calls_; }
    /// What the parameters of effectful and mocked nodes came to, the newest, by node.
    [[nodiscard]] const std::map<std::string, Value>& parameters() const { return parameters_; }
    /// What cannot be right in a test, whatever it expects: a call that no mock answers.
    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
    void complain(std::string complaint);
    [[nodiscard]] std::uint32_t failed_calls() const { return failed_calls_; }

  private:
    class Client;
    struct HttpScript {
        const CallPattern* when;
        MockScript script;
    };

    task<HttpResponse> answer(HttpRequest request, const NodeContext& context,
                              std::uint32_t number);
    [[nodiscard]] bool fails_by_fault(const NodeContext& context, std::uint32_t number,
                                      const MockScript& script);
    void remember(const NodeContext& context);

    std::shared_ptr<const Program> program_;
    std::map<std::string, MockScript> mocks_;
    std::vector<HttpScript> http_;
    std::vector<MadeCall> calls_;
    std::map<std::string, Value> parameters_;
    std::vector<std::string> complaints_;
    bool call_faults_;
    TestLuck luck_;
    SeededRandom jitter_{1};
    std::uint32_t failed_calls_ = 0;
    bool dry_ = false;
    gate never_;
};

}  // namespace sluice::testing
