#include "engine/model/identifier.hpp"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/run/fakes.hpp"

namespace sluice::testing {
namespace {

std::int64_t milliseconds_in(const Uuid& id) {
    return id.number() >> 12;
}

TEST(Uuid, TextComesBackInEitherCase) {
    const auto id = Uuid::parse("01933f5c-8d2a-7b31-9c4e-0242AC120002");
    ASSERT_TRUE(id);
    EXPECT_EQ(id->to_string(), "01933f5c-8d2a-7b31-9c4e-0242ac120002");
    EXPECT_EQ(Uuid{}.to_string(), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, OnlyTheCanonicalFormIsRead) {
    for (const char* text :
         {"", "01933f5c-8d2a-7b31-9c4e-0242ac12000", "01933f5c-8d2a-7b31-9c4e-0242ac1200022",
          "01933f5c8d2a-7b31-9c4e-0242ac120002-", "01933f5c-8d2a-7b31-9c4e-0242ac12000g",
          "{1933f5c-8d2a-7b31-9c4e-0242ac120002", "01933f5c-8d2a-7b31-9c4e_0242ac120002",
          "01933f5c-8d2a-7b31-9c4-e0242ac120002", "-1933f5c-8d2a-7b31-9c4e-0242ac120002"})
        EXPECT_FALSE(Uuid::parse(text)) << text;
}

RC_GTEST_PROP(UuidProperty, AnyBytesComeBackFromTheirText, ()) {
    Uuid id;
    for (auto& byte : id.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
    RC_ASSERT(Uuid::parse(id.to_string()) == id);
}

TEST(UuidGenerator, MakesVersion7) {
    SimulatedClock clock;
    SeededRandom random(1);
    UuidGenerator ids(clock, random);
    for (int count = 0; count < 100; ++count) {
        const auto text = ids.next().to_string();
        EXPECT_EQ(text[14], '7') << text;
        EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
    }
}

TEST(UuidGenerator, NumberHoldsTheTimeAndACounter) {
    SimulatedClock clock;
    SeededRandom random(1);
    UuidGenerator ids(clock, random);
    const auto first = ids.next();
    EXPECT_EQ(milliseconds_in(first), clock.wall().time_since_epoch().count());
    EXPECT_EQ(ids.next().number(), first.number() + 1);
    clock.advance(Milliseconds(5));
    EXPECT_EQ(ids.next().number(), first.number() + (5 << 12));
}

TEST(UuidGenerator, FiveThousandInOneMillisecondAscend) {
    SimulatedClock clock;
    SeededRandom random(1);
    UuidGenerator ids(clock, random);
    Uuid last = ids.next();
    const auto begin = milliseconds_in(last);
    for (int count = 1; count < 5'000; ++count) {
        const auto id = ids.next();
        ASSERT_GT(id.number(), last.number());
        ASSERT_GT(id, last) << "the bytes sort as the numbers do";
        ASSERT_GT(id.to_string(), last.to_string());
        last = id;
    }
    EXPECT_EQ(milliseconds_in(last), begin + 1)
        << "the counter runs over into the next millisecond";
    clock.advance(Milliseconds(1));
    EXPECT_GT(ids.next().number(), last.number());
}

TEST(UuidGenerator, ClockThatGoesBackDoesNotTurnTheOrder) {
    SimulatedClock clock;
    SeededRandom random(1);
    UuidGenerator ids(clock, random);
    const auto before = ids.next();
    clock.set_wall(clock.wall() - std::chrono::hours(1));
    const auto after = ids.next();
    EXPECT_GT(after.number(), before.number());
    clock.set_wall(clock.wall() + std::chrono::hours(2));
    EXPECT_EQ(milliseconds_in(ids.next()), clock.wall().time_since_epoch().count());
}

TEST(UuidGenerator, GoesOnBehindTheNumberOfTheStore) {
    SimulatedClock clock;
    SeededRandom random(1);
    UuidGenerator ids(clock, random);
    const auto future = (clock.wall().time_since_epoch().count() + 60'000) << 12 | 7;
    ids.start_after(future);
    EXPECT_EQ(ids.next().number(), future + 1);
}

TEST(UuidGenerator, SameCounterHasDifferentTails) {
    SimulatedClock clock;
    SeededRandom random(1);
    std::set<std::string> tails;
    for (int count = 0; count < 100; ++count) {
        UuidGenerator ids(clock, random);
        tails.insert(ids.next().to_string().substr(19));
    }
    EXPECT_EQ(tails.size(), 100u);
}

TEST(SystemRandom, DoesNotRepeatItself) {
    SystemRandom one;
    SystemRandom other;
    std::set<std::uint64_t> numbers;
    for (int count = 0; count < 1'000; ++count) {
        numbers.insert(one.next());
        numbers.insert(other.next());
    }
    EXPECT_EQ(numbers.size(), 2'000u);
}

}  // namespace
}  // namespace sluice::testing
