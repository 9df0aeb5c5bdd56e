#include "engine/run/event_codec.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/model/error.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::testing {
namespace {

constexpr int kinds = static_cast<int>(EventKind::execution_recovered);

int choose(int below) {
    return *rc::gen::inRange(0, below);
}

Value random_value(int depth = 0) {
    switch (choose(depth < 3 ? 8 : 6)) {
        case 0:
            return nullptr;
        case 1:
            return choose(2) == 0;
        case 2:
            return *rc::gen::arbitrary<std::int64_t>();
        case 3:
            return *rc::gen::arbitrary<std::uint64_t>();
        case 4:
            return static_cast<double>(*rc::gen::arbitrary<std::int32_t>()) / 64 + 0.001;
        case 5:
            return Value(*rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)));
        case 6: {
            Array array;
            for (int count = choose(4); count > 0; --count)
                array.push_back(random_value(depth + 1));
            return array;
        }
        default: {
            Object object;
            for (int count = choose(4); count > 0; --count)
                object["k" + std::to_string(count)] = random_value(depth + 1);
            return object;
        }
    }
}

/// An event of one kind with everything that the kind stores.
Event event_of(EventKind kind, Value data, std::string text, WallTime at) {
    Event event;
    event.kind = kind;
    event.at = at;
    const bool of_node = kind >= EventKind::node_started && kind <= EventKind::log_written;
    if (of_node) {
        event.node = 7;
        event.run = 300;
    }
    const bool attempt =
        of_node && kind != EventKind::node_skipped && kind != EventKind::log_written;
    if (attempt) event.attempt = 2;
    if (kind == EventKind::node_waiting || kind == EventKind::node_retrying)
        event.due = at + Milliseconds(90'000);
    if (kind == EventKind::cancel_requested) event.status = ExecutionStatus::timed_out;
    if (kind == EventKind::execution_ended) event.status = ExecutionStatus::failed;
    if (kind == EventKind::log_written) event.level = LogLevel::warn;
    switch (kind) {
        case EventKind::execution_started:
        case EventKind::node_succeeded:
        case EventKind::log_written:
        case EventKind::cancel_requested:
        case EventKind::execution_recovered:
            event.text = std::move(text);
            break;
        default:
            break;
    }
    switch (kind) {
        case EventKind::execution_started:
        case EventKind::node_succeeded:
        case EventKind::node_retrying:
        case EventKind::node_failed:
        case EventKind::log_written:
        case EventKind::execution_ended:
            event.data = std::move(data);
            break;
        default:
            break;
    }
    return event;
}

std::string described(const Event& event) {
    const auto count = [](WallTime time) {
        return std::to_string(time.time_since_epoch().count());
    };
    return std::string(to_word(event.kind)) + " " + std::string(to_word(event.level)) + " " +
           std::string(to_word(event.status)) + " " + std::to_string(event.node) + " " +
           std::to_string(event.run) + " " + std::to_string(event.attempt) + " " + count(event.at) +
           " " + count(event.due) + " " + event.text + " " + to_json(event.data);
}

std::vector<std::string> described(const std::vector<Event>& events) {
    std::vector<std::string> list;
    for (const auto& event : events) list.push_back(described(event));
    return list;
}

std::vector<Event> one_of_each_kind() {
    std::vector<Event> events;
    for (int kind = 1; kind <= kinds; ++kind)
        events.push_back(event_of(static_cast<EventKind>(kind), Object{{"value", kind}}, "text",
                                  WallTime{Milliseconds(1'800'000'000'000 + kind)}));
    return events;
}

std::string chunk_of(const std::vector<Event>& events) {
    ChunkWriter writer;
    for (const auto& event : events) writer.add(event);
    return writer.take();
}

/// The code of the error, or how many events there are.
std::string outcome_of(std::string_view chunk) {
    try {
        return std::to_string(decode_chunk(chunk, 1).size());
    } catch (const ErrorException& error) {
        return error.error().code;
    }
}

TEST(EventCodec, EveryKindComesBackAsItWas) {
    const auto events = one_of_each_kind();
    EXPECT_EQ(described(decode_chunk(chunk_of(events), 1)), described(events));
}

TEST(EventCodec, SequenceNumbersCountFromTheFirst) {
    const auto events = decode_chunk(chunk_of(one_of_each_kind()), 41);
    ASSERT_EQ(events.size(), static_cast<std::size_t>(kinds));
    for (std::size_t at = 0; at < events.size(); ++at) EXPECT_EQ(events[at].sequence, 41 + at);
}

TEST(EventCodec, LogLineOfNoNodeStaysWithoutOne) {
    Event event = event_of(EventKind::log_written, nullptr, "line", {});
    event.node = no_node;
    EXPECT_EQ(decode_chunk(chunk_of({event}), 1).at(0).node, no_node);
}

TEST(EventCodec, TimeMayGoBackBetweenEvents) {
    auto events = one_of_each_kind();
    events[3].at = WallTime{Milliseconds(5)};
    events[4].at = WallTime{Milliseconds(-5)};
    EXPECT_EQ(described(decode_chunk(chunk_of(events), 1)), described(events));
}

TEST(EventCodec, LengthsOnBothSidesOfEachPrefixSizeComeBack) {
    for (const std::size_t size :
         {0u, 1u, 125u, 126u, 127u, 16'380u, 16'381u, 16'382u, 16'383u, 40'000u, 3'000'000u}) {
        Event event = event_of(EventKind::node_succeeded, Value(std::string(size, 'v')),
                               std::string(size, 't'), {});
        const auto events = decode_chunk(chunk_of({event, event}), 1);
        ASSERT_EQ(events.size(), 2u) << size;
        EXPECT_EQ(events[1].data.as_string().size(), size);
        EXPECT_EQ(events[1].text.size(), size);
    }
}

TEST(EventCodec, StartedFromTextIsTheSameAsFromAValue) {
    ChunkWriter writer;
    writer.add_started(WallTime{Milliseconds(9)}, R"({"type":"manual"})", R"( {"a" : [1, 2.5]} )");
    const auto event = decode_chunk(writer.take(), 1).at(0);
    EXPECT_EQ(event.kind, EventKind::execution_started);
    EXPECT_EQ(to_json(event.data), R"({"a":[1,2.5]})");
    EXPECT_EQ(event.text, R"({"type":"manual"})");
}

TEST(EventCodec, TakingLeavesTheWriterEmpty) {
    ChunkWriter writer;
    EXPECT_TRUE(writer.empty());
    writer.add(event_of(EventKind::node_started, {}, {}, {}));
    EXPECT_FALSE(writer.empty());
    EXPECT_EQ(writer.count(), 1u);
    const auto first = writer.take("memory of an earlier chunk");
    EXPECT_TRUE(writer.empty());
    EXPECT_EQ(writer.size(), 0u);
    writer.add(event_of(EventKind::node_started, {}, {}, {}));
    EXPECT_EQ(writer.take(), first);
}

TEST(EventCodec, WhatIsPutBackComesBeforeWhatWasAddedSince) {
    const auto events = one_of_each_kind();
    for (std::size_t split = 0; split <= events.size(); ++split) {
        ChunkWriter writer;
        for (std::size_t at = 0; at < split; ++at) writer.add(events[at]);
        if (split == 0) writer.add(events[0]);
        const auto failed = writer.take();
        for (std::size_t at = std::max<std::size_t>(split, 1); at < events.size(); ++at)
            writer.add(events[at]);
        writer.put_back(failed);
        EXPECT_EQ(writer.count(), events.size());
        EXPECT_EQ(described(decode_chunk(writer.take(), 1)), described(events)) << split;
    }
}

TEST(EventCodec, ChunkCutAnywhereIsCorruptOrTheEventsBeforeTheCut) {
    const auto events = one_of_each_kind();
    const auto all = described(events);
    const auto chunk = chunk_of(events);
    std::size_t whole = 0;
    for (std::size_t length = 0; length < chunk.size(); ++length) {
        try {
            const auto got = described(decode_chunk(std::string_view(chunk).substr(0, length), 1));
            EXPECT_TRUE(std::equal(got.begin(), got.end(), all.begin())) << length;
            ++whole;
        } catch (const ErrorException& error) {
            EXPECT_EQ(error.error().code, "journal_corrupt") << length;
        }
    }
    EXPECT_EQ(whole, events.size()) << "only the cuts between events leave a chunk";
}

TEST(EventCodec, UnknownVersionsKindsStatusesAndLevelsAreCorrupt) {
    EXPECT_EQ(outcome_of(""), "journal_corrupt");
    EXPECT_EQ(outcome_of(std::string("\x05\x00", 2)), "journal_corrupt");
    EXPECT_EQ(outcome_of(std::string("\x01\x00\x00\x00", 4)), "journal_corrupt");
    EXPECT_EQ(outcome_of(std::string("\x01\x00\x12\x00", 4)), "journal_corrupt");
    EXPECT_EQ(outcome_of(std::string("\x01\x00\x0A\x00\x08\x00", 6)), "journal_corrupt");
    EXPECT_EQ(outcome_of(std::string("\x01\x00\x09\x00\x00\x00\x04\x00\x01n", 10)),
              "journal_corrupt");
    EXPECT_EQ(outcome_of("\x01" + std::string(11, '\xFF')), "journal_corrupt")
        << "a number without an end";
    EXPECT_EQ(outcome_of(std::string("\x01\x00\x0C\x00", 4)), "1") << "the test knows the format";
}

TEST(EventCodec, RecoveriesOfBeforeTheyWereTellWithoutAText) {
    const auto events = decode_chunk(std::string("\x03\x00\x0C\x00\x0C\x00", 6), 1);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].kind, EventKind::execution_recovered);
    EXPECT_EQ(events[1].text, "");
}

TEST(EventCodec, LargeValuesAreReferencesWhoseKeysAreFilledIn) {
    ChunkWriter writer;
    writer.artifacts_over(20'000);
    auto first = event_of(EventKind::node_succeeded, Value(std::string(30'000, 'a')), "ok", {});
    auto small = event_of(EventKind::node_succeeded, Value(std::string(19'000, 'b')), "ok", {});
    auto error = event_of(EventKind::node_failed, Value(std::string(30'000, 'c')), "", {});
    auto second = event_of(EventKind::node_succeeded, nullptr, "ok", {});
    second.artifact = Artifact::of(Value("given"), 5);
    for (auto* event : {&first, &small, &error, &second}) writer.add(*event);
    EXPECT_TRUE(first.artifact && first.data.is_null());
    EXPECT_FALSE(small.artifact || error.artifact);
    EXPECT_EQ(writer.artifact_bytes(), 20'005u);

    const auto fill_in = [](std::string& chunk, std::vector<ArtifactUse>& uses,
                            std::uint8_t digit) {
        for (auto& use : uses) {
            ArtifactKey key;
            key.hash.bytes.fill(digit++);
            key.bytes = 70'000 + digit;
            put_artifact_key(chunk, use.offset, key);
        }
    };
    auto uses = writer.take_artifacts();
    auto chunk = writer.take();
    ASSERT_EQ(uses.size(), 2u);
    EXPECT_EQ(*uses[1].value, Value("given"));
    fill_in(chunk, uses, 1);
    const auto events = decode_chunk(chunk, 1);
    EXPECT_EQ(events[0].artifact->key.hash.bytes[31], 1);
    EXPECT_EQ(events[0].artifact->key.bytes, 70'002u);
    EXPECT_TRUE(events[0].artifact->stored);
    EXPECT_EQ(events[1].data, small.data);
    EXPECT_EQ(events[3].artifact->key.hash.bytes[0], 2);

    // The disk refused it, and something came after.
    auto third = event_of(EventKind::node_succeeded, Value(std::string(40'000, 'd')), "ok", {});
    writer.add(third);
    writer.put_back(chunk, std::move(uses));
    uses = writer.take_artifacts();
    ASSERT_EQ(uses.size(), 3u);
    EXPECT_EQ(uses[0].artifact, first.artifact);
    EXPECT_EQ(uses[1].artifact, second.artifact);
    EXPECT_EQ(uses[2].artifact, third.artifact);
    chunk = writer.take();
    fill_in(chunk, uses, 5);
    EXPECT_EQ(decode_chunk(chunk, 1).at(4).artifact->key.hash.bytes[0], 7);
    EXPECT_THROW((void)decode_chunk(chunk.substr(0, chunk.size() - 1), 1), ErrorException);
}

RC_GTEST_PROP(EventCodecProperty, AnyEventsComeBackAsTheyWere, ()) {
    std::vector<Event> events;
    for (int count = choose(6); count >= 0; --count) {
        auto event =
            event_of(static_cast<EventKind>(1 + choose(kinds)), random_value(),
                     *rc::gen::arbitrary<std::string>(),
                     WallTime{Milliseconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000))});
        events.push_back(std::move(event));
    }
    RC_ASSERT(described(decode_chunk(chunk_of(events), 1)) == described(events));
}

RC_GTEST_PROP(EventCodecProperty, AnyBytesAreEventsOrCorrupt, ()) {
    std::string bytes = *rc::gen::arbitrary<std::string>();
    if (choose(2) == 0) bytes.insert(0, "\x01");
    const auto outcome = outcome_of(bytes);
    RC_ASSERT(outcome == "journal_corrupt" ||
              outcome.find_first_not_of("0123456789") == std::string::npos);
}

RC_GTEST_PROP(EventCodecProperty, DamagedChunksAreEventsOrCorrupt, ()) {
    std::string chunk = chunk_of(one_of_each_kind());
    for (int count = choose(4); count >= 0; --count)
        chunk[static_cast<std::size_t>(choose(static_cast<int>(chunk.size())))] =
            static_cast<char>(choose(256));
    const auto outcome = outcome_of(chunk);
    RC_ASSERT(outcome == "journal_corrupt" ||
              outcome.find_first_not_of("0123456789") == std::string::npos);
}

}  // namespace
}  // namespace sluice::testing
