#include "engine/model/ascii.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Ascii, OnlyLettersHaveTwoCases) {
    EXPECT_TRUE(equal_ignoring_case("", ""));
    EXPECT_TRUE(equal_ignoring_case("Content-TYPE", "content-type"));
    EXPECT_FALSE(equal_ignoring_case("content", "content-type"));
    EXPECT_FALSE(equal_ignoring_case("content-type", "content"));
    // Next to the letters in ASCII, and 32 apart from each other.
    EXPECT_FALSE(equal_ignoring_case("@[", "`{"));
    EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4")) << "bytes above 0x7F are no letters";
}

}  // namespace
}  // namespace sluice
