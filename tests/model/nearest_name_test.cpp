#include "engine/model/nearest_name.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sluice {
namespace {

TEST(NearestName, FindsSlips) {
    const std::array<std::string_view, 5> names{"timeout", "description", "needs", "next",
                                                "namespace"};
    EXPECT_EQ(nearest_name("tiemout", names), "timeout");
    EXPECT_EQ(nearest_name("descripton", names), "description");
    EXPECT_EQ(nearest_name("need", names), "needs");
    EXPECT_EQ(nearest_name("Next", names), "next");
    EXPECT_EQ(nearest_name("colour", names), "");
    EXPECT_EQ(nearest_name("", names), "");
    EXPECT_EQ(edit_distance("ca", "abc", 9), 3u) << "optimal string alignment";
    EXPECT_EQ(edit_distance("abcdef", "fedcba", 2), 3u) << "stops above the ceiling";
}

TEST(NearestName, DistanceIsSymmetricAndBounded) {
    EXPECT_TRUE(rc::check("edit_distance", [](const std::string& left, const std::string& right) {
        const auto distance = edit_distance(left, right, 1'000);
        RC_ASSERT(distance == edit_distance(right, left, 1'000));
        RC_ASSERT(distance <= std::max(left.size(), right.size()));
        RC_ASSERT(edit_distance(left, right, 2) == std::min<std::size_t>(distance, 3));
    }));
}

TEST(NearestName, OfLongNamesIsNotSought) {
    const std::array<std::string, 2> names{std::string(64, 'a'), std::string(65, 'a')};
    EXPECT_EQ(nearest_name(std::string(63, 'a') + "b", names), names[0]);
    EXPECT_EQ(nearest_name(std::string(64, 'a') + "b", names), "");
}

}  // namespace
}  // namespace sluice
