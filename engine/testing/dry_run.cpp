#include "engine/testing/dry_run.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/run/timeline.hpp"
#include "engine/testing/tested_flow.hpp"

namespace sluice::testing {
namespace {

using Fate = DryNode::Fate;

/// One execution that comes to a stand where it would act.
class DryExecution {
  public:
    DryExecution(const definition::FlowSource& flow, Value input,
                 std::shared_ptr<const Secrets> secrets, Value environment,
                 const TestServices& services)
        : flow_(flow),
          input_(std::move(input)),
          disk_(services.loop.get_executor()),
          world_(TestWorld::Dry{}),
          random_(1),
          life_(services, {disk_, world_, random_, nullptr, std::move(secrets),
                           std::move(environment), services.real.wall(), Milliseconds(0)}) {
        flow_.dialect = std::string(tested_dialect);
    }

    DryRun run() {
        life_.people.spawn(begin());
        life_.settle();
        while (!run_.refusal && !disk_.ended && life_.timers.next_due())
            life_.advance(
                std::chrono::ceil<Milliseconds>(*life_.timers.next_due() - life_.clock.steady()));
        if (disk_.execution) look();
        return std::move(run_);
    }

  private:
    task<void> begin() {
        const auto stored = co_await life_.engine.flows().put(flow_);
        if (!stored) {
            run_.refusal = stored.error();
            co_return;
        }
        Start start;
        program_ = start.program = (*stored)->program;
        start.input = std::move(input_);
        start.trigger_json = R"({"type":"manual"})";
        const auto started = life_.engine.scheduler().start(std::move(start));
        if (!started) run_.refusal = started.error();
    }

    void look() {
        const Timeline timeline(*program_, life_.finish(disk_.store.journal(*disk_.execution)));
        run_.status = to_word(timeline.state().status());
        run_.output = timeline.state().result();
        std::vector<bool> seen(program_->graph().nodes.size(), false);
        for (const auto& run : timeline.runs()) {
            seen[run.node] = true;
            run_.nodes.push_back(node_of(run));
        }
        for (NodeIndex node = 0; node < seen.size(); ++node)
            if (!seen[node]) run_.nodes.push_back(unknown(node, timeline));
    }

    DryNode node_of(const NodeRun& run) {
        DryNode node;
        node.node = program_->node_id(run.node);
        node.type = original_type(program_->graph().nodes[run.node].type);
        switch (run.status) {
            case NodeRunStatus::succeeded:
                node.fate = Fate::ran;
                node.outcome = run.outcome;
                node.value = run.output;
                break;
            case NodeRunStatus::skipped:
                node.fate = Fate::skipped;
                break;
            case NodeRunStatus::waiting:
                node.fate = Fate::waits;
                for (const auto& hold : disk_.holds)
                    if (hold.record.node == node.node) node.value = hold.record.details;
                break;
            case NodeRunStatus::running:
                node.fate = Fate::acts;
                if (const auto with = world_.parameters().find(node.node);
                    with != world_.parameters().end())
                    node.value = with->second;
                break;
            default:
                node.fate = Fate::failed;
                node.value = run.error;
                break;
        }
        life_.engine.scheduler().redaction_of(*program_).redact(node.value);
        return node;
    }

    /// The nodes that come before it and stand.
    DryNode unknown(NodeIndex index, const Timeline& timeline) const {
        DryNode node;
        node.node = program_->node_id(index);
        node.type = original_type(program_->graph().nodes[index].type);
        std::set<NodeIndex> standing;
        for (const auto& run : timeline.state().active()) standing.insert(run.node);
        std::set<NodeIndex> known{index};
        for (bool more = true; std::exchange(more, false);)
            for (const auto& edge : program_->graph().edges)
                if (known.contains(edge.to) && !known.contains(edge.from)) {
                    known.insert(edge.from);
                    more = true;
                    if (standing.contains(edge.from))
                        node.after.push_back(program_->node_id(edge.from));
                }
        // Its path ended with an outcome that no edge takes, or by a failure.
        if (node.after.empty()) node.fate = Fate::skipped;
        return node;
    }

    definition::FlowSource flow_;
    Value input_;
    TestDisk disk_;
    TestWorld world_;
    SeededRandom random_;
    TestLife life_;
    std::shared_ptr<const Program> program_;
    DryRun run_;
};

}  // namespace

DryRun dry_run(const definition::FlowSource& flow, Value input,
               std::shared_ptr<const Secrets> secrets, Value environment,
               const TestServices& services) {
    return DryExecution(flow, std::move(input), std::move(secrets), std::move(environment),
                        services)
        .run();
}

}  // namespace sluice::testing
