#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include <dirent.h>
#include <sys/resource.h>

#include "tests/http/client_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

std::size_t threads_of_this_process() {
    DIR* const directory = ::opendir("/proc/self/task");
    std::size_t count = 0;
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count - 2;  // . and ..
}

class Load : public ClientTest {
  protected:
    Load() {
        // Both ends of every connection are in this process.
        rlimit files{};
        ::getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }

    std::chrono::milliseconds thousand_calls(const ScriptedServer& server, const char* host) {
        const auto begin = std::chrono::steady_clock::now();
        std::vector<std::unique_ptr<Call>> calls;
        for (int number = 0; number < 1'000; ++number)
            calls.push_back(start({.url = server.url('/' + std::to_string(number), host)}));
        std::size_t first = 0;
        loop.run_until([&] {
            while (first < calls.size() && calls[first]->done()) ++first;
            return first == calls.size();
        });
        for (const auto& call : calls)
            if (!call->succeeded()) ADD_FAILURE() << call->error().message;
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begin);
    }
};

TEST_F(Load, ThousandCallsAtOnce) {
    int lookups = 0;
    options.lookup = [&lookups](const std::string&) -> result<http::Addresses> {
        ++lookups;
        return http::Addresses{asio::ip::make_address("127.0.0.1")};
    };
    ScriptedServer server(loop.context, [](const Received& request) {
        auto reply = ok(request.target);
        reply.delay = 50ms;
        return reply;
    });
    const auto cold = thousand_calls(server, "echo.test");
    const auto warm = thousand_calls(server, "echo.test");
    std::printf(
        "1,000 calls to an echo that takes 50 ms: %ld ms on new connections, %ld ms on "
        "kept ones, server included\n",
        static_cast<long>(cold.count()), static_cast<long>(warm.count()));
    EXPECT_EQ(lookups, 1);
    EXPECT_EQ(server.received().size(), 2'000U);
    EXPECT_EQ(server.connections(), 1'000U);
    EXPECT_LE(threads_of_this_process(), 3U) << "no thread a call";
    EXPECT_LT(cold, 10s) << "one after the other they would take 50 seconds";
}

TEST_F(Load, ThousandCallsCancelledAtOnce) {
    ScriptedServer server(loop.context, always({.silent = true}));
    std::vector<std::unique_ptr<Call>> calls;
    for (int number = 0; number < 1'000; ++number) calls.push_back(start({.url = server.url()}));
    loop.run_until([&] { return server.received().size() == 1'000; });
    for (const auto& call : calls) call->cancel();
    loop.run_until([&] { return server.open() == 0; });
    for (const auto& call : calls) EXPECT_TRUE(call->cancelled());
    EXPECT_EQ(client().pool().size(), 0U);
    EXPECT_EQ(loop.timers.size(), 0U);
}

}  // namespace
}  // namespace sluice::testing
