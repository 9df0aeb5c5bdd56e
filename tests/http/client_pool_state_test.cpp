#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "http/client/pool_state.hpp"

namespace sluice::http {
namespace {

using Answer = PoolState::Answer;

SteadyTime at(int milliseconds) {
    return SteadyTime{} + std::chrono::milliseconds(milliseconds);
}

PoolKey host(const char* name) {
    return {false, true, name, 80};
}

PoolLimits limits(std::size_t a_host, std::size_t all = 100) {
    return {a_host, all, 100, std::chrono::milliseconds(1'000)};
}

TEST(PoolState, FirstRequestOpensAConnection) {
    PoolState pool(limits(2));
    EXPECT_EQ(pool.acquire(host("a"), 1).answer, Answer::open);
    EXPECT_EQ(pool.size(), 1U);
}

TEST(PoolState, NewestIdleConnectionIsUsedFirst) {
    PoolState pool(limits(3));
    for (PoolState::Ticket ticket = 1; ticket <= 3; ++ticket)
        ASSERT_EQ(pool.acquire(host("a"), ticket).answer, Answer::open);
    for (PoolState::Connection number = 11; number <= 13; ++number)
        EXPECT_FALSE(pool.release(host("a"), number, at(0)).grant);
    const auto first = pool.acquire(host("a"), 4);
    EXPECT_EQ(first.answer, Answer::reuse);
    EXPECT_EQ(first.connection, 13U);
    EXPECT_EQ(pool.acquire(host("a"), 5).connection, 12U);
    EXPECT_EQ(pool.idle(), 1U);
}

TEST(PoolState, ConnectionsAreNotSharedBetweenKeys) {
    PoolState pool(limits(2));
    const PoolKey plain{false, true, "a", 443};
    const PoolKey checked{true, true, "a", 443};
    const PoolKey unchecked{true, false, "a", 443};
    const PoolKey elsewhere{true, true, "a", 8443};
    ASSERT_EQ(pool.acquire(checked, 1).answer, Answer::open);
    (void)pool.release(checked, 11, at(0));
    EXPECT_EQ(pool.acquire(plain, 2).answer, Answer::open);
    EXPECT_EQ(pool.acquire(unchecked, 3).answer, Answer::open);
    EXPECT_EQ(pool.acquire(elsewhere, 4).answer, Answer::open);
    EXPECT_EQ(pool.acquire(checked, 5).answer, Answer::reuse);
}

TEST(PoolState, RequestsOverTheLimitOfAHostWaitInOrder) {
    PoolState pool(limits(1));
    ASSERT_EQ(pool.acquire(host("a"), 1).answer, Answer::open);
    EXPECT_EQ(pool.acquire(host("a"), 2).answer, Answer::wait);
    EXPECT_EQ(pool.acquire(host("a"), 3).answer, Answer::wait);
    EXPECT_EQ(pool.acquire(host("b"), 4).answer, Answer::open) << "another host is not concerned";

    const auto reused = pool.release(host("a"), 11, at(0)).grant;
    ASSERT_TRUE(reused);
    EXPECT_EQ(reused->ticket, 2U);
    EXPECT_EQ(reused->connection, 11U);
    EXPECT_EQ(pool.idle(), 0U);

    const auto opened = pool.close(host("a"));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->ticket, 3U);
    EXPECT_FALSE(opened->connection) << "the connection is gone, only its slot is free";
}

TEST(PoolState, AbandonedRequestIsPassedOver) {
    PoolState pool(limits(1));
    ASSERT_EQ(pool.acquire(host("a"), 1).answer, Answer::open);
    ASSERT_EQ(pool.acquire(host("a"), 2).answer, Answer::wait);
    ASSERT_EQ(pool.acquire(host("a"), 3).answer, Answer::wait);
    pool.abandon(host("a"), 2);
    pool.abandon(host("a"), 77);
    const auto grant = pool.close(host("a"));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->ticket, 3U);
    EXPECT_EQ(pool.waiting(), 0U);
}

TEST(PoolState, TooManyWaitingRequestsAreRefused) {
    auto few = limits(1);
    few.waiting = 1;
    PoolState pool(few);
    ASSERT_EQ(pool.acquire(host("a"), 1).answer, Answer::open);
    ASSERT_EQ(pool.acquire(host("a"), 2).answer, Answer::wait);
    EXPECT_EQ(pool.acquire(host("a"), 3).answer, Answer::refuse);
}

TEST(PoolState, IdleConnectionsExpireOldestFirst) {
    PoolState pool(limits(2));
    (void)pool.acquire(host("a"), 1);
    (void)pool.acquire(host("b"), 2);
    EXPECT_FALSE(pool.next_expiry());
    (void)pool.release(host("a"), 11, at(0));
    (void)pool.release(host("b"), 12, at(500));
    EXPECT_EQ(pool.next_expiry(), at(1'000));
    EXPECT_TRUE(pool.expire(at(999)).empty());
    EXPECT_EQ(pool.expire(at(1'000)), (std::vector<PoolState::Connection>{11}));
    EXPECT_EQ(pool.next_expiry(), at(1'500));
    EXPECT_EQ(pool.size(), 1U);
}

TEST(PoolState, IdleConnectionGivesWayToAnotherHost) {
    PoolState pool(limits(2, 2));
    (void)pool.acquire(host("a"), 1);
    (void)pool.acquire(host("a"), 2);
    (void)pool.release(host("a"), 11, at(0));
    const auto acquired = pool.acquire(host("b"), 3);
    EXPECT_EQ(acquired.answer, Answer::open);
    EXPECT_EQ(acquired.evicted, 11U);
    EXPECT_EQ(pool.size(), 2U);
}

TEST(PoolState, ReleasedConnectionGivesWayToAHostThatWaitsForTheLimitOfAll) {
    PoolState pool(limits(2, 1));
    (void)pool.acquire(host("a"), 1);
    ASSERT_EQ(pool.acquire(host("b"), 2).answer, Answer::wait);
    const auto released = pool.release(host("a"), 11, at(0));
    EXPECT_EQ(released.evicted, 11U);
    ASSERT_TRUE(released.grant);
    EXPECT_EQ(released.grant->ticket, 2U);
    EXPECT_FALSE(released.grant->connection);
    EXPECT_EQ(pool.idle(), 0U);
}

TEST(PoolState, LongestWaitingHostGetsAFreedSlot) {
    PoolState pool(limits(2, 1));
    (void)pool.acquire(host("a"), 1);
    (void)pool.acquire(host("c"), 2);
    (void)pool.acquire(host("b"), 3);
    const auto grant = pool.close(host("a"));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->ticket, 2U);
}

TEST(PoolState, DrainForgetsWhatIsIdle) {
    PoolState pool(limits(2));
    (void)pool.acquire(host("a"), 1);
    (void)pool.acquire(host("a"), 2);
    (void)pool.release(host("a"), 11, at(0));
    EXPECT_EQ(pool.drain(), (std::vector<PoolState::Connection>{11}));
    EXPECT_EQ(pool.size(), 1U);
    EXPECT_FALSE(pool.next_expiry());
}

TEST(PoolState, SlotFreedTwiceIsABug) {
    PoolState pool(limits(2));
    (void)pool.acquire(host("a"), 1);
    (void)pool.acquire(host("b"), 2);
    (void)pool.close(host("a"));
    EXPECT_THROW((void)pool.close(host("a")), std::exception);
}

/// Random use of a pool, checked against what its users may rely on.
class Model {
  public:
    Model(std::size_t a_host, std::size_t all) : limits_(limits(a_host, all)), pool_(limits_) {}

    void acquire(const PoolKey& key) {
        const auto ticket = next_++;
        const auto acquired = pool_.acquire(key, ticket);
        if (acquired.evicted) forget_idle(*acquired.evicted);
        if (acquired.answer == Answer::open) in_use_.push_back({key, std::nullopt});
        if (acquired.answer == Answer::reuse) {
            RC_ASSERT(idle_.at(acquired.connection) == key);
            forget_idle(acquired.connection);
            in_use_.push_back({key, acquired.connection});
        }
        if (acquired.answer == Answer::wait) waiting_.emplace(ticket, key);
        RC_ASSERT(acquired.answer != Answer::refuse);
    }

    void end(std::size_t which, bool reusable) {
        if (in_use_.empty()) return;
        which %= in_use_.size();
        const auto used = in_use_[which];
        in_use_.erase(in_use_.begin() + static_cast<std::ptrdiff_t>(which));
        if (!reusable) return grant(pool_.close(used.key));
        const auto number = next_++;
        const auto released = pool_.release(used.key, number, at(now_));
        idle_.emplace(number, used.key);
        if (released.evicted) forget_idle(*released.evicted);
        grant(released.grant);
    }

    void abandon(std::size_t which) {
        if (waiting_.empty()) return;
        const auto found =
            std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(which % waiting_.size()));
        pool_.abandon(found->second, found->first);
        waiting_.erase(found);
    }

    void pass_time(int milliseconds) {
        now_ += milliseconds;
        for (const auto number : pool_.expire(at(now_))) forget_idle(number);
    }

    void check() const {
        RC_ASSERT(pool_.size() == in_use_.size() + idle_.size());
        RC_ASSERT(pool_.idle() == idle_.size());
        RC_ASSERT(pool_.waiting() == waiting_.size());
        RC_ASSERT(pool_.size() <= limits_.connections);
        std::map<std::string, std::size_t> a_host;
        for (const auto& used : in_use_) ++a_host[used.key.host];
        for (const auto& [number, key] : idle_) ++a_host[key.host];
        for (const auto& [name, count] : a_host) RC_ASSERT(count <= limits_.connections_a_host);
        for (const auto& [ticket, key] : waiting_) {
            const bool own_limit = a_host[key.host] == limits_.connections_a_host;
            const bool all_in_use = in_use_.size() == limits_.connections;
            RC_ASSERT(own_limit || all_in_use);  // nobody waits without a reason
            for (const auto& [number, idle_key] : idle_) RC_ASSERT(idle_key != key);
        }
    }

  private:
    struct Used {
        PoolKey key;
        std::optional<PoolState::Connection> connection;
    };

    void forget_idle(PoolState::Connection number) { RC_ASSERT(idle_.erase(number) == 1U); }

    void grant(const std::optional<PoolState::Grant>& granted) {
        if (!granted) return;
        const auto found = waiting_.find(granted->ticket);
        RC_ASSERT(found != waiting_.end());
        for (const auto& [ticket, key] : waiting_)
            RC_ASSERT(ticket >= granted->ticket || key != found->second);  // in order
        if (granted->connection) {
            RC_ASSERT(idle_.at(*granted->connection) == found->second);
            forget_idle(*granted->connection);
        }
        in_use_.push_back({found->second, granted->connection});
        waiting_.erase(found);
    }

    PoolLimits limits_;
    PoolState pool_;
    PoolState::Ticket next_ = 1;
    int now_ = 0;
    std::vector<Used> in_use_;
    std::map<PoolState::Connection, PoolKey> idle_;
    std::map<PoolState::Ticket, PoolKey> waiting_;
};

RC_GTEST_PROP(PoolState, KeepsItsPromisesWhateverHappens, ()) {
    const auto a_host = *rc::gen::inRange<std::size_t>(1, 4);
    const auto all = *rc::gen::inRange<std::size_t>(1, 7);
    Model model(a_host, all);
    const auto steps = *rc::gen::container<std::vector<std::pair<unsigned, unsigned>>>(
        rc::gen::pair(rc::gen::inRange(0U, 6U), rc::gen::arbitrary<unsigned>()));
    static const char* const names[] = {"a", "b", "c"};
    for (const auto& [action, choice] : steps) {
        switch (action) {
            case 0:
            case 1:
                model.acquire(host(names[choice % 3]));
                break;
            case 2:
                model.end(choice, true);
                break;
            case 3:
                model.end(choice, false);
                break;
            case 4:
                model.abandon(choice);
                break;
            default:
                model.pass_time(static_cast<int>(choice % 700));
                break;
        }
        model.check();
    }
}

}  // namespace
}  // namespace sluice::http
