#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/client/client.hpp"

#include "tests/http/client_loop.hpp"
#include "tests/http/scripted_server.hpp"

namespace sluice::testing {

using Call = Running<HttpResponse>;

/// A client and its loop; servers are the tests' own.
class ClientTest : public ::testing::Test {
  protected:
    ClientLoop loop;
    http::HttpClientOptions options;  // set before the first call
    std::unique_ptr<http::BeastHttpClient> made;

    ~ClientTest() override {
        if (!made) return;
        Running<int> closing(loop.context, close(*made));
        loop.run_until([&] { return closing.done(); });
    }

    http::BeastHttpClient& client() {
        if (!made)
            made = std::make_unique<http::BeastHttpClient>(loop.context, loop.clock, loop.timers,
                                                           options);
        return *made;
    }

    std::unique_ptr<Call> start(HttpRequest request) {
        return std::make_unique<Call>(loop.context, client().send(std::move(request)));
    }

    /// The answer; fails the test when there is none.
    HttpResponse send(HttpRequest request) {
        const auto call = finish(std::move(request));
        if (!call->succeeded()) {
            ADD_FAILURE() << call->error().code << ": " << call->error().message;
            return {};
        }
        return std::move(call->value());
    }

    HttpResponse get(std::string url) { return send({.url = std::move(url)}); }

    /// What the call fails with.
    NodeError failure(HttpRequest request) {
        const auto call = finish(std::move(request));
        EXPECT_FALSE(call->succeeded()) << "the call was expected to fail";
        return call->error();
    }

  private:
    std::unique_ptr<Call> finish(HttpRequest request) {
        auto call = start(std::move(request));
        loop.run_until([&] { return call->done(); });
        return call;
    }

    static task<int> close(http::BeastHttpClient& client) {
        co_await client.close();
        co_return 0;
    }
};

/// A script that always gives the same reply.
inline ScriptedServer::Script always(Reply reply) {
    return [reply = std::move(reply)](const Received&) { return reply; };
}

}  // namespace sluice::testing
