// Reading /proc/PID/stat.
#include "process/family.hpp"

#include <gtest/gtest.h>

namespace sluice::process {
namespace {

TEST(ProcessState, IsReadFromStat) {
    const auto state = parse_process_state("4711 (sleep) S 17 4700 4600 0 -1 4194304 90");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->process, 4711);
    EXPECT_EQ(state->parent, 17);
    EXPECT_EQ(state->group, 4700);
    EXPECT_EQ(state->session, 4600);
    EXPECT_FALSE(state->ended);
}

TEST(ProcessState, ANameCannotPretendToBeFields) {
    const auto state = parse_process_state("4711 (x) Z 1 1 1 (\n) S 17 18 19 0");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->parent, 17);
    EXPECT_EQ(state->session, 19);
    EXPECT_FALSE(state->ended);
}

TEST(ProcessState, ZombiesHaveEnded) {
    EXPECT_TRUE(parse_process_state("4711 (sh) Z 17 18 19 0")->ended);
}

TEST(ProcessState, AnythingElseIsRefused) {
    for (const char* text : {"", "4711", "4711 (sh)", "4711 (sh) S", "4711 (sh) S ", "(sh) S 1 2 3",
                             "4711 (sh) S 1 2", "4711 (sh) S x y z", "4711 (sh) S 1 2 "})
        EXPECT_FALSE(parse_process_state(text)) << text;
}

}  // namespace
}  // namespace sluice::process
