// What the code of a node has been told is not asked for a second time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run/call_record.hpp"

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;

std::string flow(const char* calls, const char* more = "") {
    return std::string("name: act\nnodes:\n  act: {type: test.calls, with: {calls: ") + calls +
           "}" + more + "}\noutput: \"${nodes.act}\"\n";
}

TEST(Calls, AreNotMadeAgainAfterACrash) {
    const std::string source = flow("[a, b, wait, c]");
    Simulation before;
    const auto watched = before.finish(source);
    EXPECT_EQ(before.nodes.runs["call b"], 1);
    EXPECT_THAT(before.words(*watched), Contains("call.answered act").Times(2));

    Simulation next(after(before, before.commits(), source, 1s));
    ASSERT_EQ(next.run(load_and_recover(next.engine)), 1u);
    next.settle();
    EXPECT_EQ(next.nodes.runs["call a"], 0) << "its answer is in the journal";
    EXPECT_EQ(next.nodes.runs["call b"], 0);
    EXPECT_EQ(next.nodes.runs["call wait"], 1) << "nobody knows how this one ended";
    const auto execution = next.run(next.engine.summon(watched->execution->id));
    const auto again = next.watch(execution);
    next.nodes.door.open();
    next.settle();
    EXPECT_EQ(again->result(), R"(["of a","of b","of wait","of c"])");
}

TEST(Calls, GoOnWhenWhatTheyFollowIsOnDisk) {
    const std::string source = flow("[wait, b]");
    Simulation simulation;
    const auto watched = simulation.finish(source);
    simulation.store.hold_commits(true);
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["call wait"], 1);
    EXPECT_EQ(simulation.nodes.runs["call b"], 0) << "it follows an answer that could be lost";
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["call b"], 1);
    EXPECT_EQ(watched->status(), "succeeded");
}

TEST(Calls, AreMadeAnewByANewAttempt) {
    Simulation simulation;
    const auto watched = simulation.finish(flow("[a, fail]", ", retry: {attempts: 2, delay: 1s}"));
    EXPECT_EQ(simulation.nodes.runs["call a"], 1);
    simulation.advance(2s);
    EXPECT_EQ(simulation.nodes.runs["call a"], 2) << "what failed may have been told wrong things";
    EXPECT_EQ(watched->status(), "failed");
}

TEST(Calls, DoNotWaitForTheDiskWhereTheFlowDoesNot) {
    const std::string source = flow("[a, b]") + "settings: {durability: none}\n";
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto watched = simulation.finish(source);
    EXPECT_EQ(simulation.nodes.runs["call b"], 1);
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(watched->status(), "succeeded");
}

Event event_with(Value data) {
    Event event;
    event.kind = EventKind::call_answered;
    event.run = 3;
    event.text = "http";
    event.data = std::move(data);
    return event;
}

TEST(CallRecord, IsTheAnswerToThisCallOnly) {
    const Value argument = Object{{"url", "http://a"}};
    const auto record =
        CallRecord::of(event_with(CallRecord::data_of(2, argument, Value(42), 1'000)));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->run, 3u);
    EXPECT_EQ(record->answer.value(), Value(42));
    EXPECT_TRUE(record->answers(2, "http", argument));
    EXPECT_FALSE(record->answers(1, "http", argument));
    EXPECT_FALSE(record->answers(2, "sleep", argument));
    EXPECT_FALSE(record->answers(2, "http", Object{{"url", "http://b"}}));
}

TEST(CallRecord, TellsFailuresAsTheyWere) {
    const NodeError failure{"http_timeout", "nobody answered", Object{{"after", 3}}, true};
    const auto record = CallRecord::of(event_with(CallRecord::data_of(1, {}, failure, 1'000)));
    ASSERT_TRUE(record);
    const NodeError told = record->answer.error();
    EXPECT_EQ(told.code, "http_timeout");
    EXPECT_EQ(told.message, "nobody answered");
    EXPECT_EQ(told.details, failure.details);
    EXPECT_TRUE(told.retryable);
}

TEST(CallRecord, LeavesLargeAnswersOut) {
    const Value data = CallRecord::data_of(1, {}, Value(std::string(2'000, 'x')), 1'000);
    EXPECT_EQ(data.at("bytes").to_number<int>(), 2'002);
    EXPECT_FALSE(data.as_object().contains("value"));
    EXPECT_FALSE(CallRecord::of(event_with(data)));
}

}  // namespace
}  // namespace sluice::testing
