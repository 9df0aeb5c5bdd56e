// What is kept of what a program writes.
#include "process/output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::process {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

struct Told {
    explicit Told(std::size_t most, std::size_t wanted = 1'000'000)
        : output(most, [this, wanted](ProcessStream stream, std::string_view line) {
              lines.push_back((stream == ProcessStream::output ? "out " : "err ") +
                              std::string(line));
              return lines.size() < wanted;
          }) {}

    void out(std::string_view bytes) { output.add(ProcessStream::output, bytes); }
    void err(std::string_view bytes) { output.add(ProcessStream::error, bytes); }
    ProcessEnd end() {
        output.finish();
        ProcessEnd end;
        output.move_into(end);
        return end;
    }

    std::vector<std::string> lines;
    Output output;
};

TEST(ProcessOutput, LinesAreToldWhenTheyEnd) {
    Told told(1'000);
    told.out("one\ntw");
    EXPECT_THAT(told.lines, ElementsAre("out one"));
    told.out("o\r\n\nlast");
    EXPECT_THAT(told.lines, ElementsAre("out one", "out two", "out "));
    const auto end = told.end();
    EXPECT_THAT(told.lines, ElementsAre("out one", "out two", "out ", "out last"));
    EXPECT_EQ(end.output, "one\ntwo\r\n\nlast");
    EXPECT_FALSE(end.truncated);
}

TEST(ProcessOutput, BothStreamsTogetherKeepTheirLinesWhole) {
    Told told(1'000);
    told.out("building ");
    told.err("warning: ol");
    told.out("done\n");
    told.err("d\n");
    told.out("end");
    const auto end = told.end();
    EXPECT_EQ(end.both, "building done\nwarning: old\nend");
    EXPECT_EQ(end.output, "building done\nend");
    EXPECT_EQ(end.error, "warning: old\n");
    EXPECT_EQ(end.error_end, "warning: old\n");
}

TEST(ProcessOutput, WhatIsOverTheLimitIsCutAtTheEndOfALine) {
    Told told(20);
    told.out("first line\nsecond is cut\n");
    told.out("third\n");
    const auto end = told.end();
    EXPECT_EQ(end.output, "first line\n");
    EXPECT_EQ(end.both, "first line\n");
    EXPECT_TRUE(end.truncated);
    EXPECT_EQ(told.lines.size(), 3u) << "live lines go on";
}

TEST(ProcessOutput, ExactlyTheLimitIsNotCut) {
    Told told(6);
    told.out("123\n");
    told.out("5\n");
    const auto end = told.end();
    EXPECT_EQ(end.output, "123\n5\n");
    EXPECT_FALSE(end.truncated);
}

TEST(ProcessOutput, OneEndlessLineIsCutBetweenCharacters) {
    Told told(5);
    told.out("abcd\xC3\xBC");
    EXPECT_EQ(told.end().output, "abcd");
}

TEST(ProcessOutput, AnEndlessLineIsToldOnceAndTakesNoMemory) {
    Told told(1'000'000);
    for (int part = 0; part < 100; ++part) told.out(std::string(10'000, 'x'));
    told.out("\nnext\n");
    const auto end = told.end();
    ASSERT_EQ(told.lines.size(), 2u);
    EXPECT_EQ(told.lines[0].size(), 4 + (64u << 10));
    EXPECT_EQ(told.lines[1], "out next");
    EXPECT_EQ(end.output.size(), 1'000'000u);
    EXPECT_TRUE(end.truncated);
}

TEST(ProcessOutput, NoFurtherLinesAreToldThanAreWanted) {
    Told told(10, 2);
    told.out("1\n2\n3\n4\n5\n6\n7\n8\n");
    EXPECT_THAT(told.lines, ElementsAre("out 1", "out 2"));
    EXPECT_FALSE(told.output.wants_lines());
    EXPECT_EQ(told.end().output, "1\n2\n3\n4\n5\n");
}

TEST(ProcessOutput, TheEndOfStandardErrorIsKeptInWholeLines) {
    Told told(100);
    for (int line = 0; line < 10'000; ++line) told.err("line " + std::to_string(line) + "\n");
    const auto end = told.end();
    EXPECT_LE(end.error.size(), 100u);
    EXPECT_LE(end.error_end.size(), 4u << 10);
    EXPECT_THAT(end.error_end, StartsWith("line "));
    EXPECT_THAT(end.error_end, EndsWith("line 9998\nline 9999\n"));
}

}  // namespace
}  // namespace sluice::process
