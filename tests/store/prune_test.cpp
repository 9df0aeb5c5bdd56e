#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class PruneTest : public StoreTest {
  protected:
    PruneTest() {
        open();
        for (const auto* name : {"one", "two"})
            EXPECT_TRUE(wait(store->create_flow(flow(name), revision("s"))));
    }

    /// An execution of `of_flow` that began at `created` and ended at `ended`.
    Uuid ended(std::int64_t created_ms, std::int64_t ended_ms, std::int64_t of_flow = 1,
               std::string chunk = "chunk", ExecutionStatus status = ExecutionStatus::succeeded) {
        auto append = whole(id_at(created_ms), std::move(chunk), status, of_flow);
        append.created = at(created_ms);
        append.ended = at(ended_ms);
        EXPECT_FALSE(commit({append}));
        return append.execution;
    }

    /// A UUIDv7 of this time.
    Uuid id_at(std::int64_t milliseconds) {
        Uuid id = ids.next();
        for (std::size_t byte = 0; byte < 6; ++byte)
            id.bytes[byte] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - byte)));
        const auto counter = ++counter_;
        id.bytes[6] = static_cast<std::uint8_t>(0x70 | (counter >> 8));
        id.bytes[7] = static_cast<std::uint8_t>(counter);
        return id;
    }

    /// A whole pass; returns its steps.
    std::vector<PruneReport> pass(PruneRequest request) {
        std::vector<PruneReport> steps;
        do {
            const auto report = wait(store->prune(request));
            if (!report) {
                ADD_FAILURE() << report.error().message;
                break;
            }
            steps.push_back(*report);
            request.from = report->next;
        } while (request.from && steps.size() < 10'000);
        return steps;
    }

    static std::size_t deleted(const std::vector<PruneReport>& steps) {
        std::size_t sum = 0;
        for (const auto& step : steps) sum += step.executions;
        return sum;
    }

    static std::optional<WallTime> due(const std::vector<PruneReport>& steps) {
        std::optional<WallTime> earliest;
        for (const auto& step : steps)
            if (step.due && (!earliest || *step.due < *earliest)) earliest = step.due;
        return earliest;
    }

    std::vector<Uuid> left() {
        std::vector<Uuid> found;
        for (const auto& record : wait(store->executions({.limit = 100'000})))
            found.push_back(record.id);
        return found;
    }

    std::int64_t rows(const std::string& table) {
        SQLite::Database database(path.string());
        return database.execAndGet("SELECT count(*) FROM " + table).getInt64();
    }

    static PruneRequest by_age(std::int64_t now, Milliseconds age) {
        PruneRequest request;
        request.now = at(now);
        request.rule.age = age;
        return request;
    }

  private:
    unsigned counter_ = 0;
};

TEST_F(PruneTest, WhatEndedLongEnoughAgoGoesWithItsJournal) {
    ended(1'000, 1'500);
    const auto long_one = id_at(1'000);
    auto begun = beginning(long_one, "a");
    begun.created = at(1'000);
    ASSERT_FALSE(commit({begun}));
    ASSERT_FALSE(commit({going_on(long_one, 2, "b", ExecutionStatus::failed, at(9'000))}));
    const auto young = ended(8'000, 8'500);

    const auto steps = pass(by_age(10'500, 9s));
    EXPECT_EQ(deleted(steps), 1u);
    EXPECT_EQ(due(steps), at(17'000)) << "what began last may have ended at once";
    EXPECT_THAT(left(), ElementsAre(young, long_one));
    EXPECT_EQ(deleted(pass(by_age(18'000, 9s))), 2u);
    EXPECT_THAT(left(), IsEmpty());
    EXPECT_EQ(rows("journal"), 0);
}

TEST_F(PruneTest, WhatHasNotEndedStaysHoweverOldItIs) {
    const auto sleeping = id_at(1'000);
    auto begun = beginning(sleeping, "a", ExecutionStatus::waiting);
    begun.created = at(1'000);
    ASSERT_FALSE(commit({begun}));
    auto request = by_age(1'000'000'000, 1ms);
    request.rule.count = 0;
    request.max_bytes = 1;
    EXPECT_EQ(deleted(pass(request)), 0u);
    EXPECT_THAT(left(), ElementsAre(sleeping));
    EXPECT_EQ(wait(store->journal(sleeping)).size(), 1u);
}

TEST_F(PruneTest, OfEachFlowTheNewestAreKept) {
    std::vector<Uuid> one;
    std::vector<Uuid> two;
    for (int count = 0; count < 6; ++count) {
        one.push_back(ended(1'000 + count, 2'000, 1, "c",
                            count % 2 ? ExecutionStatus::failed : ExecutionStatus::succeeded));
        two.push_back(ended(1'000 + count, 2'000, 2));
    }
    PruneRequest request;
    request.now = at(5'000);
    request.rule.count = 3;
    request.flows[2].count = 1;
    EXPECT_EQ(deleted(pass(request)), 8u);
    EXPECT_THAT(left(), testing::UnorderedElementsAre(one[3], one[4], one[5], two[5]));
    EXPECT_EQ(deleted(pass(request)), 0u);
}

TEST_F(PruneTest, AFlowsOwnAgeCounts) {
    ended(1'000, 1'000, 1);
    const auto two = ended(1'000, 1'000, 2);
    auto request = by_age(5'000, 1s);
    request.flows[2].age = 1h;
    const auto steps = pass(request);
    EXPECT_THAT(left(), ElementsAre(two));
    EXPECT_EQ(due(steps), at(1'000) + 1h);
}

TEST_F(PruneTest, AStepDeletesAtMostItsLimit) {
    for (int count = 0; count < 25; ++count) ended(1'000 + count, 2'000);
    auto request = by_age(100'000, 1s);
    request.limit = 10;
    const auto steps = pass(request);
    EXPECT_EQ(deleted(steps), 25u);
    for (const auto& step : steps) EXPECT_LE(step.executions, 10u);
}

TEST_F(PruneTest, AQuotaTakesTheOldestOfAllFlows) {
    std::vector<Uuid> all;
    for (int count = 0; count < 200; ++count)
        all.push_back(ended(1'000 + count, 2'000, 1 + count % 2, std::string(20'000, 'q')));
    PruneRequest request;
    request.now = at(5'000);
    request.max_bytes = 2'000'000;
    request.limit = 10;
    pass(request);
    auto kept = left();
    ASSERT_GT(kept.size(), 50u);
    ASSERT_LT(kept.size(), 90u);
    std::reverse(kept.begin(), kept.end());
    EXPECT_EQ(kept,
              std::vector<Uuid>(all.end() - static_cast<std::ptrdiff_t>(kept.size()), all.end()));
}

TEST_F(PruneTest, TheFileGivesItsSpaceBack) {
    for (int count = 0; count < 40; ++count)
        ended(1'000 + count, 2'000, 1, std::string(200'000, 'b'));
    store.reset();
    const auto before = std::filesystem::file_size(path);
    ASSERT_GT(before, 8'000'000u);
    open();
    const auto steps = pass(by_age(100'000, 1s));
    std::uint64_t freed = 0;
    for (const auto& step : steps) {
        freed += step.freed_bytes;
        EXPECT_LE(step.freed_bytes, 257u * 4'096);
    }
    EXPECT_GT(freed, 6'000'000u);
    // The writer copies its log into the file right after, without being asked.
    for (int tries = 0; tries < 1'000 && std::filesystem::file_size(path) > 2'000'000; ++tries)
        std::this_thread::sleep_for(5ms);
    EXPECT_LT(std::filesystem::file_size(path), 2'000'000u);
    EXPECT_FALSE(commit({whole(ids.next())})) << "and the store goes on";
}

TEST_F(PruneTest, ExpiredKeysAndSignalsGo) {
    {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        database.exec("INSERT INTO starts VALUES(1, 'old', 7, 1000), (1, 'new', 8, 9000)");
        database.exec(
            "INSERT INTO signals(name, key, payload, arrived_ms, until_ms) "
            "VALUES('s', 'k', 'null', 1, 1000), ('s', 'k', 'null', 1, 8000)");
    }
    PruneRequest request;
    request.now = at(5'000);
    const auto steps = pass(request);
    std::size_t keys = 0;
    for (const auto& step : steps) keys += step.keys;
    EXPECT_EQ(keys, 2u);
    EXPECT_EQ(rows("starts"), 1);
    EXPECT_EQ(rows("signals"), 1);
    EXPECT_EQ(due(steps), at(8'000));
}

TEST_F(PruneTest, AFullStoreCanBePruned) {
    open({.max_bytes = 2'000'000});
    std::optional<Error> error;
    for (int count = 0; count < 1'000 && !error; ++count) {
        auto append = whole(id_at(1'000 + count), std::string(20'000, 'f'));
        append.created = at(1'000 + count);
        error = commit({append});
    }
    ASSERT_TRUE(error);
    ASSERT_EQ(error->code, "store_full");
    PruneRequest request;
    request.now = at(100'000);
    request.max_bytes = 2'000'000;
    EXPECT_GT(deleted(pass(request)), 5u);
    EXPECT_FALSE(commit({whole(ids.next(), std::string(20'000, 'f'))}));
}

}  // namespace
}  // namespace sluice
