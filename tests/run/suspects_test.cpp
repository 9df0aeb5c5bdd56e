#include "engine/run/suspects.hpp"

#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

Uuid id(std::uint8_t number) {
    Uuid made;
    made.bytes[15] = number;
    return made;
}

TEST(Suspects, ThoseLeastOftenAloneComeFirstAndOfTheseTheOldest) {
    Suspects suspects;
    suspects.add(id(1), 2);
    suspects.add(id(2), 0);
    suspects.add(id(3), 1);
    suspects.add(id(4), 0);
    EXPECT_EQ(suspects.waiting(), 4u);
    for (const std::uint8_t next : {2, 4, 3, 1}) EXPECT_EQ(suspects.take(), id(next));
    EXPECT_EQ(suspects.take(), std::nullopt);
}

TEST(Suspects, OneThatWaitsKnowsWhoIsBeforeIt) {
    Suspects suspects;
    for (const std::uint8_t number : {1, 2, 3}) suspects.add(id(number), 0);
    EXPECT_EQ(suspects.wait_of(id(3))->ahead, 2u);
    EXPECT_EQ(suspects.wait_of(id(3))->now, std::nullopt);
    (void)suspects.take();
    EXPECT_EQ(suspects.wait_of(id(3))->ahead, 1u);
    EXPECT_EQ(suspects.waiting(), 2u);
    EXPECT_EQ(suspects.size(), 3u);
    EXPECT_EQ(suspects.wait_of(id(3))->now, id(1));
    EXPECT_FALSE(suspects.wait_of(id(1))) << "it goes on";
    suspects.remove(id(2));
    suspects.remove(id(2));
    EXPECT_EQ(suspects.wait_of(id(3))->ahead, 0u);
    EXPECT_EQ(suspects.take(), id(3));
    EXPECT_EQ(suspects.take(), std::nullopt);
}

}  // namespace
}  // namespace sluice::testing
