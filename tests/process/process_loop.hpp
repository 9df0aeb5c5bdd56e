#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "process/processes.hpp"
#include "tests/http/client_loop.hpp"

namespace sluice::testing {

using namespace std::chrono_literals;

/// Real programs on a real loop.
class ProcessLoop : public ::testing::Test {
  public:
    explicit ProcessLoop(process::ProcessesOptions options = test_options())
        : processes(loop.context, loop.clock, loop.timers, std::move(options)),
          folder(std::filesystem::temp_directory_path() /
                 ("sluice-process-" + std::to_string(getpid()) + "-" +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
        std::filesystem::create_directories(folder);
    }
    ~ProcessLoop() override {
        close();
        std::filesystem::remove_all(folder);
    }

    static process::ProcessesOptions test_options() {
        process::ProcessesOptions options;
        options.grace = 300ms;
        return options;
    }

    /// Ends all programs and waits for that.
    void close() {
        bool closed = false;
        asio::co_spawn(loop.context, processes.close(),
                       [&closed](const std::exception_ptr& failure) {
                           EXPECT_FALSE(failure) << "closing does not fail";
                           closed = true;
                       });
        loop.run_until([&] { return closed; });
    }

    static ProcessRequest request(std::vector<std::string> arguments) {
        ProcessRequest request;
        request.arguments = std::move(arguments);
        request.timeout = 10s;
        return request;
    }
    static ProcessRequest script(std::string text) {
        return request({"/bin/sh", "-c", std::move(text)});
    }

    std::unique_ptr<Running<ProcessEnd>> start(ProcessRequest asked) {
        return std::make_unique<Running<ProcessEnd>>(loop.context, processes.run(std::move(asked)));
    }
    /// One run to its end.
    std::unique_ptr<Running<ProcessEnd>> run(ProcessRequest asked) {
        auto running = start(std::move(asked));
        loop.run_until([&] { return running->done(); });
        return running;
    }
    /// Cancels runs that the test has seen enough of, and waits for their end.
    void finish(std::initializer_list<Running<ProcessEnd>*> runs) {
        for (auto* const one : runs) one->cancel();
        for (auto* const one : runs) loop.run_until([&] { return one->done(); });
    }
    ProcessEnd end_of(ProcessRequest asked) {
        const auto running = run(std::move(asked));
        if (!running->succeeded()) {
            ADD_FAILURE() << running->error().code << ": " << running->error().message;
            return {};
        }
        return std::move(running->value());
    }

    /// The number that a program writes into this file of `folder`, once it has.
    pid_t number_in(const std::string& name) {
        pid_t number = 0;
        loop.run_until([&] {
            std::ifstream file(folder / name);
            return static_cast<bool>(file >> number) && number > 0;
        });
        return number;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder / name; }

    /// Whether it runs: a zombie that init has not waited for yet does not.
    static bool alive(pid_t process) {
        std::ifstream file("/proc/" + std::to_string(process) + "/stat");
        std::string number;
        std::string name;
        std::string state;
        return static_cast<bool>(file >> number >> name >> state) && state != "Z" && state != "X";
    }
    void expect_gone(pid_t process) {
        EXPECT_GT(process, 0);
        EXPECT_FALSE(alive(process)) << "process " << process << " still runs";
        if (alive(process)) ::kill(process, SIGKILL);
    }

    ClientLoop loop;
    process::Processes processes;
    std::filesystem::path folder;
};

}  // namespace sluice::testing
