#include "engine/run/execution_state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/model/error.hpp"

#include "tests/run/plan_graph.hpp"

namespace sluice::testing {
namespace {

Event event_of(EventKind kind, NodeIndex node = no_node, RunNumber run = 0, std::string text = {}) {
    Event event;
    event.kind = kind;
    event.node = node;
    event.run = run;
    event.text = std::move(text);
    event.status = ExecutionStatus::failed;
    return event;
}

TEST(ExecutionState, IsWaitingWhileEverythingIsParked) {
    const Topology topology(graph_of("ab", {}));
    ExecutionState state(topology, FlowSettings{});
    state.apply(event_of(EventKind::execution_started));
    EXPECT_EQ(state.status(), ExecutionStatus::running);
    state.apply(event_of(EventKind::node_waiting, 0, 0));
    EXPECT_EQ(state.status(), ExecutionStatus::running);
    state.apply(event_of(EventKind::node_waiting, 1, 1));
    EXPECT_EQ(state.status(), ExecutionStatus::waiting);
    state.apply(event_of(EventKind::node_succeeded, 0, 0, "success"));
    EXPECT_EQ(state.status(), ExecutionStatus::waiting);
    state.apply(event_of(EventKind::node_succeeded, 1, 1, "success"));
    EXPECT_TRUE(state.exhausted());
}

TEST(ExecutionState, FirstReasonToEndCounts) {
    const Topology topology(graph_of("ab", {}));
    ExecutionState state(topology, FlowSettings{});
    state.apply(event_of(EventKind::execution_started));
    auto failure = event_of(EventKind::node_failed, 0, 0);
    failure.data = Object{{"code", "first"}};
    state.apply(std::move(failure));
    auto cancel = event_of(EventKind::cancel_requested);
    cancel.status = ExecutionStatus::cancelled;
    state.apply(std::move(cancel));
    EXPECT_EQ(state.ending_as(), ExecutionStatus::failed);
    EXPECT_EQ(state.error().as_object().at("code").as_string(), "first");
}

TEST(ExecutionState, EventsThatCannotFollowAreCorrupt) {
    for (const auto kind :
         {EventKind::node_started, EventKind::node_succeeded, EventKind::node_failed,
          EventKind::node_retrying, EventKind::node_skipped, EventKind::node_waiting,
          EventKind::node_cancelled}) {
        for (const NodeIndex node : {NodeIndex{1}, NodeIndex{2}, NodeIndex{70'000}, no_node}) {
            const Topology topology(graph_of("ab", {{'a', 'b'}}));
            ExecutionState state(topology, FlowSettings{});
            state.apply(event_of(EventKind::execution_started));
            try {
                state.apply(event_of(kind, node, 0, "success"));
                ADD_FAILURE() << to_word(kind) << " of node " << node << " was taken";
            } catch (const ErrorException& error) {
                EXPECT_EQ(error.error().code, "journal_corrupt");
            }
        }
    }
}

RC_GTEST_PROP(ExecutionStateProperty, AnyEventsAreFoldedOrCorrupt, ()) {
    const Topology topology(graph_of(
        "abcde", {{'a', 'b'}, {'b', 'c', "error"}, {'c', 'b'}, {'b', 'd'}, {'d', 'e'}}, "bc"));
    FlowSettings settings;
    settings.on_error = *rc::gen::element(OnError::stop, OnError::continue_path, OnError::retry);
    ExecutionState state(topology, settings);
    state.apply(event_of(EventKind::execution_started));
    try {
        for (int count = *rc::gen::inRange(0, 60); count > 0; --count) {
            auto event = event_of(static_cast<EventKind>(*rc::gen::inRange(2, 13)),
                                  *rc::gen::inRange(0u, 7u), *rc::gen::inRange(0u, 8u),
                                  *rc::gen::element<std::string>("success", "error", "", "x"));
            if (const auto& active = state.active();
                !active.empty() && *rc::gen::inRange(0, 3) != 0) {
                const auto& chosen = active[static_cast<std::size_t>(
                    *rc::gen::inRange(0, static_cast<int>(active.size())))];
                event.node = chosen.node;
                event.run = chosen.run;
            }
            event.status = *rc::gen::element(ExecutionStatus::cancelled, ExecutionStatus::running,
                                             ExecutionStatus::succeeded);
            state.apply(std::move(event));
            RC_ASSERT(state.exhausted() == state.active().empty());
        }
    } catch (const ErrorException& error) {
        RC_ASSERT(error.error().code == "journal_corrupt");
    }
}

}  // namespace
}  // namespace sluice::testing
