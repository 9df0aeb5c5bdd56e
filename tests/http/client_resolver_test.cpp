#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "http/client/resolver.hpp"

#include "tests/http/client_loop.hpp"

namespace sluice::http {
namespace {

using testing::ClientLoop;
using Resolving = testing::Running<Addresses>;

asio::ip::address address(const char* text) {
    return asio::ip::make_address(text);
}

/// A lookup that counts, and answers when it is let.
struct Names {
    std::atomic<int> lookups = 0;
    std::mutex closed;  // held by the test: nothing is answered
    std::atomic<bool> fails = false;

    Lookup lookup() {
        return [this](const std::string& name) -> result<Addresses> {
            ++lookups;
            const std::lock_guard wait(closed);
            if (fails || name == "unknown.test")
                return Error{"http_resolve_failed", "no such name", nullptr};
            return Addresses{address("192.0.2.1"), address("192.0.2.2")};
        };
    }
};

class ManualClock final : public Clock {
  public:
    SteadyTime now{};
    [[nodiscard]] WallTime wall() const override { return {}; }
    [[nodiscard]] SteadyTime steady() const override { return now; }
};

class ResolverTest : public ::testing::Test {
  protected:
    ClientLoop loop;
    ManualClock clock;
    Names names;
    ResolverLimits limits;

    std::unique_ptr<Resolver> resolver() {
        return std::make_unique<Resolver>(loop.context.get_executor(), clock, limits,
                                          names.lookup());
    }
    Addresses resolve(Resolver& resolver, std::string name) {
        Resolving work(loop.context, resolver.resolve(std::move(name)));
        loop.run_until([&] { return work.done(); });
        return work.succeeded() ? work.value() : Addresses{};
    }
};

TEST_F(ResolverTest, NumbersNeedNoLookup) {
    const auto resolver = this->resolver();
    EXPECT_EQ(resolve(*resolver, "10.1.2.3"), Addresses{address("10.1.2.3")});
    EXPECT_EQ(resolve(*resolver, "::1"), Addresses{address("::1")});
    EXPECT_EQ(resolve(*resolver, "localhost"), (Addresses{address("127.0.0.1"), address("::1")}));
    EXPECT_EQ(names.lookups, 0);
}

TEST_F(ResolverTest, AnswersAreKeptForAWhile) {
    const auto resolver = this->resolver();
    EXPECT_EQ(resolve(*resolver, "one.test").size(), 2U);
    clock.now += std::chrono::seconds(29);
    EXPECT_EQ(resolve(*resolver, "one.test").size(), 2U);
    EXPECT_EQ(names.lookups, 1);
    clock.now += std::chrono::seconds(2);
    EXPECT_EQ(resolve(*resolver, "one.test").size(), 2U);
    EXPECT_EQ(names.lookups, 2);
}

TEST_F(ResolverTest, ManyRequestsForOneNameShareOneLookup) {
    const auto resolver = this->resolver();
    std::unique_lock hold(names.closed);
    std::vector<std::unique_ptr<Resolving>> waiting;
    for (int number = 0; number < 100; ++number)
        waiting.push_back(std::make_unique<Resolving>(loop.context, resolver->resolve("one.test")));
    waiting[3]->cancel();
    loop.run_until([&] { return waiting[3]->done() && names.lookups == 1; });
    EXPECT_TRUE(waiting[3]->cancelled());
    EXPECT_FALSE(waiting[4]->done());
    hold.unlock();
    loop.run_until([&] {
        for (const auto& each : waiting)
            if (!each->done()) return false;
        return true;
    });
    EXPECT_EQ(names.lookups, 1);
    EXPECT_EQ(waiting[99]->value().size(), 2U);
}

TEST_F(ResolverTest, FailuresAreToldAndNotKept) {
    const auto resolver = this->resolver();
    Resolving work(loop.context, resolver->resolve("unknown.test"));
    loop.run_until([&] { return work.done(); });
    EXPECT_EQ(work.error().code, "http_resolve_failed");
    EXPECT_NE(work.error().message.find("unknown.test"), std::string::npos);
    EXPECT_TRUE(work.error().retryable);
    EXPECT_TRUE(resolve(*resolver, "unknown.test").empty());
    EXPECT_EQ(names.lookups, 2);
}

TEST_F(ResolverTest, KeepsABoundedNumberOfNames) {
    limits.cached = 3;
    const auto resolver = this->resolver();
    for (const char* name : {"a.test", "b.test", "c.test", "d.test"}) {
        resolve(*resolver, name);
        clock.now += std::chrono::seconds(1);
    }
    EXPECT_EQ(resolver->cached(), 3U);
    resolve(*resolver, "d.test");
    EXPECT_EQ(names.lookups, 4);
    resolve(*resolver, "a.test");
    EXPECT_EQ(names.lookups, 5) << "the oldest was forgotten";
}

TEST_F(ResolverTest, RefusesWhenTooManyNamesWait) {
    limits.pending = 2;
    const auto resolver = this->resolver();
    std::unique_lock hold(names.closed);
    Resolving one(loop.context, resolver->resolve("a.test"));
    Resolving two(loop.context, resolver->resolve("b.test"));
    Resolving three(loop.context, resolver->resolve("c.test"));
    loop.run_until([&] { return three.done(); });
    EXPECT_EQ(three.error().code, "http_resolve_failed");
    hold.unlock();
    loop.run_until([&] { return one.done() && two.done(); });
    EXPECT_TRUE(two.succeeded());
}

TEST_F(ResolverTest, AddressThatWorkedComesFirst) {
    const auto resolver = this->resolver();
    resolve(*resolver, "one.test");
    resolver->prefer("one.test", address("192.0.2.2"));
    EXPECT_EQ(resolve(*resolver, "one.test"),
              (Addresses{address("192.0.2.2"), address("192.0.2.1")}));
}

TEST_F(ResolverTest, EndsWithAnAnswerStillOnItsWay) {
    {
        const auto resolver = this->resolver();
        Resolving work(loop.context, resolver->resolve("one.test"));
        loop.run_until([&] { return names.lookups == 1; });
        work.cancel();
        loop.run_until([&] { return work.done(); });
    }
    loop.run_for(std::chrono::milliseconds(20));
    EXPECT_EQ(names.lookups, 1);
}

TEST_F(ResolverTest, SystemKnowsItsOwnName) {
    const auto addresses = system_lookup("localhost");
    ASSERT_TRUE(addresses);
    EXPECT_TRUE(addresses->front().is_loopback());
    EXPECT_FALSE(system_lookup("name.invalid"));
}

}  // namespace
}  // namespace sluice::http
