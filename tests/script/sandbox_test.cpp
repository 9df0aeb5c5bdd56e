// The sandbox itself, with a program of its own in it.
#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

namespace sluice::testing {
namespace {

/// How the probe ended: `exit 0`, `signal 31`.
std::string attempt(std::string what) {
    std::string program = std::getenv("SLUICE_SANDBOX_PROBE");
    char* const arguments[] = {program.data(), what.data(), nullptr};
    pid_t process = 0;
    if (posix_spawn(&process, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
        return "not started";
    int status = 0;
    waitpid(process, &status, 0);
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit " + std::to_string(WEXITSTATUS(status));
}

class Sandbox : public ::testing::TestWithParam<const char*> {};

TEST_P(Sandbox, EndsWhoeverTries) {
    EXPECT_EQ(attempt(GetParam()), "signal " + std::to_string(SIGSYS));
}

INSTANTIATE_TEST_SUITE_P(Attempts, Sandbox,
                         ::testing::Values("file", "socket", "process", "program", "kill", "limit"),
                         [](const auto& attempt) { return std::string(attempt.param); });

TEST(SandboxLeaves, WhatComputingNeeds) {
    EXPECT_EQ(attempt("compute"), "exit 0");
}

TEST(SandboxLeaves, NoEnvironment) {
    EXPECT_EQ(attempt("environment"), "exit 0");
}

TEST(SandboxLeaves, NoOtherDescriptor) {
    EXPECT_EQ(attempt("descriptor"), "exit 1");
}

}  // namespace
}  // namespace sluice::testing
