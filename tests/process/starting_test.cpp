// What a program is started with, and what it is not.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/process/process_loop.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;

class Starting : public ProcessLoop {
  public:
    std::string write(const std::string& name, const std::string& text, mode_t mode) {
        std::ofstream(path(name)) << text;
        ::chmod(path(name).c_str(), mode);
        return path(name);
    }
    NodeError refusal(ProcessRequest asked) {
        const auto running = run(std::move(asked));
        EXPECT_FALSE(running->succeeded());
        return running->error();
    }
};

TEST_F(Starting, NoDescriptorIsInherited) {
    const int open_here = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library may
    ASSERT_GE(open_here, 0);
    // The fourth one is the folder that `ls` itself reads.
    const auto end = end_of(request({"ls", "/proc/self/fd"}));
    ::close(open_here);
    EXPECT_EQ(end.output, "0\n1\n2\n3\n");
    EXPECT_EQ(end.exit_code, 0);
}

TEST_F(Starting, NoVariableIsInherited) {
    ::setenv("SLUICE_TEST_VARIABLE", "hidden", 1);
    auto asked = request({"/usr/bin/env"});
    EXPECT_EQ(end_of(asked).output, "");
    asked.environment = {{"A", "1 2"}, {"B", ""}, {"C", "x=y\nz"}};
    EXPECT_EQ(end_of(asked).output, "A=1 2\nB=\nC=x=y\nz\n");
    ::unsetenv("SLUICE_TEST_VARIABLE");
}

TEST_F(Starting, ArgumentsArriveAsTheyAre) {
    const auto end = end_of(request({"printf", "<%s>", "", "a b", "$HOME", "*", "'\"\n", "\xFF"}));
    EXPECT_EQ(end.output, "<><a b><$HOME><*><'\"\n><\xFF>");
}

TEST_F(Starting, SignalsAreAsByDefault) {
    // The loop ignores SIGPIPE; a program must not.
    EXPECT_EQ(end_of(script("kill -PIPE $$; echo survived")).signal, SIGPIPE);
    EXPECT_EQ(end_of(script("grep ^SigBlk /proc/self/status")).output,
              "SigBlk:\t0000000000000000\n");
}

TEST_F(Starting, ItLeadsASessionOfItsOwn) {
    const auto end =
        end_of(script("read pid name state parent group session rest "
                      "< /proc/self/stat; [ $pid = $session ] && [ $pid = $group ]"));
    EXPECT_EQ(end.exit_code, 0);
}

TEST_F(Starting, ItBeginsInItsDirectory) {
    auto asked = request({"pwd", "-P"});
    asked.directory = std::filesystem::canonical(folder);
    EXPECT_EQ(end_of(asked).output, asked.directory + "\n");
    write("here", "#!/bin/sh\necho found\n", 0755);
    asked.arguments = {"./here"};
    EXPECT_EQ(end_of(asked).output, "found\n") << "a relative program begins there, too";
    asked.directory = path("missing");
    EXPECT_EQ(refusal(asked).code, "directory_not_found");
    asked.directory = path("here");
    EXPECT_EQ(refusal(asked).code, "directory_not_found");
}

TEST_F(Starting, ProgramsAreLookedForInThePathOfTheirEnvironment) {
    write("tool", "#!/bin/sh\necho mine\n", 0755);
    auto asked = request({"tool"});
    const auto missing = refusal(asked);
    EXPECT_EQ(missing.code, "program_not_found");
    EXPECT_THAT(missing.message, HasSubstr("'tool'"));
    EXPECT_THAT(missing.message, HasSubstr("/usr/bin"));
    asked.environment["PATH"] = "/nowhere::relative:" + folder.string();
    EXPECT_EQ(end_of(asked).output, "mine\n");
    asked.environment["PATH"] = "";
    EXPECT_EQ(refusal(asked).code, "program_not_found");
    asked.arguments = {path("absent")};
    EXPECT_EQ(refusal(asked).code, "program_not_found");
}

TEST_F(Starting, WhatCannotBeExecutedIsToldApart) {
    const auto refused = [this](const std::string& program) {
        const auto error = refusal(request({program}));
        EXPECT_FALSE(error.retryable);
        return error.code + " " + error.message;
    };
    EXPECT_THAT(refused(write("plain", "text", 0644)), HasSubstr("chmod +x"));
    EXPECT_THAT(refused(write("nonsense", "text", 0755)), HasSubstr("#!/bin/sh"));
    EXPECT_THAT(refused(write("lost", "#!/no/such/shell\n", 0755)), HasSubstr("first line"));
    EXPECT_THAT(refused(folder.string()), HasSubstr("program_not_executable"));
    EXPECT_THAT(refused(""), HasSubstr("program_not_"));
}

TEST_F(Starting, TooManyArgumentsAreRefused) {
    auto asked = request({"true"});
    asked.arguments.insert(asked.arguments.end(), 100, std::string(100'000, 'x'));
    EXPECT_EQ(refusal(asked).code, "invalid_parameters");
}

TEST_F(Starting, StandardInputIsWhatWasGiven) {
    auto asked = request({"cat"});
    EXPECT_EQ(end_of(asked).output, "") << "nothing, by default";
    asked.input = std::string(3u << 20, 'i');
    asked.output_bytes = 4u << 20;
    EXPECT_EQ(end_of(asked).output.size(), 3u << 20);
    asked.input = "";
    EXPECT_EQ(end_of(asked).output, "");
}

TEST_F(Starting, AProgramNeedNotReadItsInput) {
    auto asked = script("exec <&-; echo unread");
    asked.input = std::string(3u << 20, 'i');
    EXPECT_EQ(end_of(asked).output, "unread\n");
    asked = script("sleep 0.1; echo unread");
    asked.input = std::string(3u << 20, 'i');
    EXPECT_EQ(end_of(asked).output, "unread\n");
}

}  // namespace
}  // namespace sluice::testing
