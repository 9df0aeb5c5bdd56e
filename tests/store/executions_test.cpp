#include <algorithm>

#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

using enum ExecutionStatus;
using testing::ElementsAre;

class ExecutionsTest : public StoreTest {
  protected:
    ExecutionsTest() { open(); }

    Uuid add(ExecutionStatus status, std::int64_t of_flow) {
        const auto id = ids.next();
        made.push_back(id);
        const auto append = is_finished(status) ? whole(id, "c", status, of_flow)
                                                : beginning(id, "c", status, of_flow);
        EXPECT_FALSE(commit({append}));
        return id;
    }

    /// Positions in `made`.
    std::vector<int> positions(const std::vector<ExecutionRecord>& records) {
        std::vector<int> found;
        for (const auto& record : records)
            found.push_back(
                static_cast<int>(std::find(made.begin(), made.end(), record.id) - made.begin()));
        return found;
    }

    static std::vector<ExecutionRecord> records(const std::vector<StoredExecution>& stored) {
        std::vector<ExecutionRecord> records;
        for (const auto& one : stored) records.push_back(one.record);
        return records;
    }

    std::vector<int> list(ExecutionFilter filter) {
        return positions(wait(store->executions(filter)));
    }

    std::vector<Uuid> made;
};

TEST_F(ExecutionsTest, AnEmptyStoreHasNone) {
    EXPECT_TRUE(list({}).empty());
    EXPECT_TRUE(list({.flow = 1}).empty());
    EXPECT_TRUE(wait(store->with_status(running, 0, 10)).empty());
    EXPECT_EQ(wait(store->last_execution_number()), 0);
    EXPECT_FALSE(wait(store->execution(ids.next())));
    EXPECT_TRUE(wait(store->journal(ids.next())).empty());
}

TEST_F(ExecutionsTest, FiltersCombine) {
    add(succeeded, 1);  // 0
    add(failed, 1);     // 1
    add(succeeded, 2);  // 2
    add(running, 1);    // 3
    add(failed, 2);     // 4
    add(waiting, 2);    // 5
    add(timed_out, 1);  // 6
    add(succeeded, 1);  // 7
    EXPECT_THAT(list({}), ElementsAre(7, 6, 5, 4, 3, 2, 1, 0));
    EXPECT_THAT(list({.flow = 1}), ElementsAre(7, 6, 3, 1, 0));
    EXPECT_THAT(list({.flow = 2}), ElementsAre(5, 4, 2));
    EXPECT_THAT(list({.flow = 3}), ElementsAre());
    EXPECT_THAT(list({.status = failed}), ElementsAre(4, 1));
    EXPECT_THAT(list({.status = succeeded}), ElementsAre(7, 2, 0));
    EXPECT_THAT(list({.status = cancelled}), ElementsAre());
    EXPECT_THAT(list({.flow = 1, .status = succeeded}), ElementsAre(7, 0));
    EXPECT_THAT(list({.flow = 2, .status = waiting}), ElementsAre(5));
    EXPECT_EQ(wait(store->last_execution_number()), made.back().number());
}

TEST_F(ExecutionsTest, ListsArePagedNewestFirst) {
    for (int count = 0; count < 7; ++count) add(count % 2 ? failed : succeeded, 1 + count % 3);
    EXPECT_THAT(list({.limit = 3}), ElementsAre(6, 5, 4));
    EXPECT_THAT(list({.before = made[4].number(), .limit = 3}), ElementsAre(3, 2, 1));
    EXPECT_THAT(list({.before = made[1].number(), .limit = 3}), ElementsAre(0));
    EXPECT_THAT(list({.flow = 1, .before = made[6].number(), .limit = 1}), ElementsAre(3));
    EXPECT_THAT(list({.status = failed, .before = made[5].number(), .limit = 1}), ElementsAre(3));
    EXPECT_THAT(list({.status = succeeded, .before = made[6].number(), .limit = 2}),
                ElementsAre(4, 2));
    EXPECT_THAT(list({.limit = 0}), ElementsAre());
}

TEST_F(ExecutionsTest, ThoseOfAStatusArePagedOldestFirstWithTheirJournals) {
    add(waiting, 1);  // 0
    add(running, 1);  // 1
    add(running, 2);  // 2
    add(failed, 1);   // 3
    add(queued, 1);   // 4
    add(running, 3);  // 5
    const auto first = wait(store->with_status(running, 0, 2));
    EXPECT_THAT(positions(records(first)), ElementsAre(1, 2));
    EXPECT_EQ(first[1].record.flow, 2);
    EXPECT_EQ(first[1].journal.size(), 1u);
    EXPECT_THAT(positions(records(wait(store->with_status(running, made[2].number(), 2)))),
                ElementsAre(5));
    EXPECT_TRUE(wait(store->with_status(running, made[5].number(), 2)).empty());
    EXPECT_THAT(positions(records(wait(store->with_status(queued, 0, 9)))), ElementsAre(4));
}

TEST_F(ExecutionsTest, SomeAreLoadedByTheirIds) {
    add(waiting, 1);
    add(running, 1);
    const auto found = wait(store->load({made[1], ids.next(), made[0]}));
    EXPECT_THAT(positions(records(found)), ElementsAre(1, 0));
    EXPECT_EQ(found[1].journal.size(), 1u);
}

TEST_F(ExecutionsTest, AnEndedExecutionLeavesTheUnfinished) {
    const auto id = add(running, 1);
    ASSERT_FALSE(commit({going_on(id, 2, "b", succeeded, at(5'000))}));
    EXPECT_TRUE(wait(store->with_status(running, 0, 10)).empty());
    EXPECT_THAT(list({.status = succeeded}), ElementsAre(0));
    EXPECT_THAT(list({.flow = 1}), ElementsAre(0));
}

}  // namespace
}  // namespace sluice
