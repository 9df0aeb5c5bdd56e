#include "engine/run/due_holds.hpp"

#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

WallTime at(int milliseconds) {
    return WallTime(Milliseconds(milliseconds));
}

DueHold hold(int due, HoldNumber run = 0) {
    return {at(due), Uuid{}, run};
}

TEST(DueHolds, AsksTheStoreFirst) {
    DueHolds due(10);
    EXPECT_TRUE(due.wants_page());
    EXPECT_TRUE(due.next().has_value()) << "at once";
    due.add_page({}, true);
    EXPECT_FALSE(due.wants_page());
    EXPECT_FALSE(due.next().has_value()) << "nothing waits anywhere: no wake-up";
}

TEST(DueHolds, GivesWhatIsDueInOrder) {
    DueHolds due(10);
    due.add_page({}, true);
    due.add(hold(30));
    due.add(hold(10));
    due.add(hold(20));
    EXPECT_EQ(due.next(), at(10));
    const auto now = due.take_due(at(20), 10);
    ASSERT_EQ(now.size(), 2u);
    EXPECT_EQ(now[0].due, at(10));
    EXPECT_EQ(due.next(), at(30));
    EXPECT_TRUE(due.take_due(at(29), 10).empty());
}

TEST(DueHolds, WhatLiesBeyondTheWindowComesWithALaterPage) {
    DueHolds due(10);
    const std::vector<DueHold> page{hold(10), hold(20)};
    due.add_page(page, false);
    due.add(hold(15));
    due.add(hold(90));
    EXPECT_EQ(due.size(), 3u) << "90 stays in the store";
    EXPECT_EQ(due.take_due(at(25), 10).size(), 3u);
    EXPECT_TRUE(due.wants_page());
    EXPECT_EQ(due.window_end()->due, at(20));
    EXPECT_EQ(due.next(), at(20)) << "the store may have one just behind the window";
    const std::vector<DueHold> rest{hold(90)};
    due.add_page(rest, true);
    EXPECT_EQ(due.next(), at(90));
}

TEST(DueHolds, WhatComesWhileThePageIsReadIsNotLost) {
    DueHolds due(10);
    EXPECT_TRUE(due.wants_page());
    due.page_is_read();
    due.add(hold(50));  // committed after the store looked
    due.add_page({}, true);
    EXPECT_EQ(due.next(), at(50));
    EXPECT_EQ(due.take_due(at(50), 10).size(), 1u);
}

TEST(DueHolds, ShrinksInsteadOfGrowing) {
    DueHolds due(10);
    due.add_page({}, true);
    for (int count = 0; count < 100; ++count) due.add(hold(1'000 - count, count));
    EXPECT_LE(due.size(), 10u);
    EXPECT_EQ(due.next(), at(901)) << "the earliest stay";
    std::size_t taken = 0;
    while (!due.wants_page()) taken += due.take_due(at(5'000), 3).size();
    EXPECT_LE(taken, 10u);
    EXPECT_TRUE(due.next().has_value());
}

TEST(DueHolds, ManyOfOneMomentArePagedByTheirNumbers) {
    DueHolds due(4);
    const std::vector<DueHold> page{hold(10, 1), hold(10, 2)};
    due.add_page(page, false);
    due.add(hold(10, 3));
    EXPECT_EQ(due.take_due(at(10), 10).size(), 2u) << "the third is of the next page";
    EXPECT_TRUE(due.wants_page());
    EXPECT_EQ(due.window_end()->run, 2);
}

}  // namespace
}  // namespace sluice::testing
