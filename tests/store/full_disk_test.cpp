#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

class FullDiskTest : public StoreTest {
  protected:
    FullDiskTest() { open({.max_bytes = 400'000}); }

    /// Commits until there is no more space; returns the ids that were acknowledged.
    std::vector<Uuid> fill() {
        std::vector<Uuid> kept;
        for (int count = 0; count < 10'000; ++count) {
            const auto id = ids.next();
            if (const auto error = commit({whole(id, std::string(10'000, 'f'))})) {
                EXPECT_EQ(error->code, "store_full");
                refused = id;
                return kept;
            }
            kept.push_back(id);
        }
        ADD_FAILURE() << "the store never filled up";
        return kept;
    }

    Uuid refused;
};

TEST_F(FullDiskTest, AFullStoreRefusesKeepsWhatItHasAndRecovers) {
    const auto kept = fill();
    ASSERT_GT(kept.size(), 10u);
    EXPECT_FALSE(wait(store->execution(refused)));
    for (const auto& id : kept) EXPECT_EQ(wait(store->journal(id)).size(), 1u);

    const auto raised = wait(store->limit_size(0));
    ASSERT_TRUE(raised);
    EXPECT_GT(*raised, 1'000'000u);
    EXPECT_FALSE(commit({whole(refused, std::string(10'000, 'f'))}));
    EXPECT_TRUE(wait(store->execution(refused)));
}

TEST_F(FullDiskTest, OfAGroupThatDoesNotFitNothingIsKept) {
    std::vector<Append> group;
    for (int count = 0; count < 100; ++count)
        group.push_back(whole(ids.next(), std::string(10'000, 'f')));
    const auto error = commit(group);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "store_full");
    EXPECT_TRUE(wait(store->executions({})).empty());
    EXPECT_FALSE(commit({whole(ids.next(), "small")})) << "what fits is taken";
}

TEST_F(FullDiskTest, ARecordWriteIsRefusedWithAResult) {
    const auto made = wait(store->create_flow(flow("big"), revision(std::string(900'000, 's'))));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "store_full");
    EXPECT_TRUE(wait(store->flows()).empty());
    EXPECT_TRUE(wait(store->create_flow(flow("small"), revision("s"))));
}

}  // namespace
}  // namespace sluice
