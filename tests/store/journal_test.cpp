#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

class JournalTest : public StoreTest {
  protected:
    JournalTest() { open(); }

    std::int64_t rows(const std::string& table) {
        SQLite::Database database(path.string());
        return database.execAndGet("SELECT count(*) FROM " + table).getInt64();
    }

    std::vector<std::string> chunks(const Uuid& id) {
        std::vector<std::string> found;
        for (const auto& item : wait(store->journal(id))) found.push_back(item.chunk);
        return found;
    }
};

TEST_F(JournalTest, AnExecutionOfOneCommitIsOneRow) {
    const auto id = ids.next();
    const std::string bytes("\0\x01 all bytes \xFF", 14);
    auto append = whole(id, bytes, ExecutionStatus::failed, 3);
    append.first_sequence = 7;
    ASSERT_FALSE(commit({append}));
    EXPECT_EQ(rows("executions"), 1);
    EXPECT_EQ(rows("journal"), 0);

    const auto journal = wait(store->journal(id));
    ASSERT_EQ(journal.size(), 1u);
    EXPECT_EQ(journal[0].first_sequence, 7u);
    EXPECT_EQ(journal[0].chunk, bytes);

    const auto record = wait(store->execution(id));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->id, id);
    EXPECT_EQ(record->flow, 3);
    EXPECT_EQ(record->revision, 30);
    EXPECT_EQ(record->status, ExecutionStatus::failed);
    EXPECT_EQ(record->created, at(2'000));
    EXPECT_EQ(record->ended, at(2'500));
}

TEST_F(JournalTest, AnExecutionOfManyCommitsReadsBackInOrder) {
    const auto id = ids.next();
    const auto other = ids.next();
    ASSERT_FALSE(commit({beginning(id, "a"), beginning(other, "A")}));
    EXPECT_EQ(wait(store->execution(id))->status, ExecutionStatus::running);
    EXPECT_FALSE(wait(store->execution(id))->ended);
    ASSERT_FALSE(commit({going_on(other, 2, "B"), going_on(id, 2, "b", ExecutionStatus::waiting)}));
    EXPECT_EQ(wait(store->execution(id))->status, ExecutionStatus::waiting);
    EXPECT_EQ(wait(store->execution(other))->status, ExecutionStatus::running);
    ASSERT_FALSE(commit({going_on(id, 5, "c", ExecutionStatus::succeeded, at(9'000))}));

    EXPECT_THAT(chunks(id), testing::ElementsAre("a", "b", "c"));
    EXPECT_THAT(chunks(other), testing::ElementsAre("A", "B"));
    EXPECT_EQ(wait(store->journal(id))[2].first_sequence, 5u);
    const auto record = wait(store->execution(id));
    EXPECT_EQ(record->status, ExecutionStatus::succeeded);
    EXPECT_EQ(record->ended, at(9'000));
    EXPECT_EQ(rows("executions"), 2);
    EXPECT_EQ(rows("journal"), 5);
}

TEST_F(JournalTest, BeginningAndEndMayComeAsTwoAppendsOfOneGroup) {
    const auto id = ids.next();
    ASSERT_FALSE(
        commit({beginning(id, "a"), going_on(id, 2, "b", ExecutionStatus::cancelled, at(3'000))}));
    EXPECT_THAT(chunks(id), testing::ElementsAre("a", "b"));
    EXPECT_EQ(wait(store->execution(id))->status, ExecutionStatus::cancelled);
}

TEST_F(JournalTest, AGroupInAnyOrderIsKept) {
    std::vector<Append> group;
    for (int count = 0; count < 100; ++count)
        group.push_back(whole(ids.next(), std::to_string(count)));
    std::reverse(group.begin(), group.end());
    ASSERT_FALSE(commit(group));
    for (const auto& append : group)
        EXPECT_THAT(chunks(append.execution), testing::ElementsAre(append.chunk));
}

TEST_F(JournalTest, ALongChunkSurvives) {
    const auto id = ids.next();
    const std::string chunk(5u << 20, 'z');
    ASSERT_FALSE(commit({whole(id, chunk)}));
    EXPECT_EQ(chunks(id).at(0), chunk);
}

TEST_F(JournalTest, AnEmptyGroupIsDone) {
    EXPECT_FALSE(commit({}));
}

TEST_F(JournalTest, AnExecutionBegunTwiceFailsTheWholeGroup) {
    const auto id = ids.next();
    const auto neighbour = ids.next();
    ASSERT_FALSE(commit({whole(id, "first")}));
    const auto error = commit({whole(neighbour), whole(id, "second")});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "store_failed");
    EXPECT_FALSE(wait(store->execution(neighbour)));
    EXPECT_THAT(chunks(id), testing::ElementsAre("first"));
    ASSERT_FALSE(commit({whole(neighbour)})) << "the store goes on after a failure";
}

TEST_F(JournalTest, TheGroupComesBackWhetherOrNotItWasWritten) {
    const auto id = ids.next();
    for (const bool fails : {false, true}) {
        std::vector<Append> returned;
        bool failed = false;
        store->commit({whole(id, "kept"), whole(fails ? id : ids.next(), "too")},
                      [&](const std::optional<Error>& error, std::vector<Append> group) {
                          failed = error.has_value();
                          returned = std::move(group);
                      });
        loop.run();
        loop.restart();
        EXPECT_EQ(failed, fails);
        ASSERT_EQ(returned.size(), 2u);
        EXPECT_EQ(returned[0].execution, id);
        EXPECT_EQ(returned[0].chunk, "kept");
        EXPECT_EQ(returned[1].chunk, "too");
    }
}

TEST_F(JournalTest, AFailedGroupTakesNoRecordWithIt) {
    const auto id = ids.next();
    ASSERT_FALSE(commit({whole(id)}));
    // One transaction for both: the record write gets the error of the group.
    std::exception_ptr thrown;
    asio::co_spawn(loop, store->create_flow(flow("orders"), revision("x")),
                   [&](std::exception_ptr failure, result<FlowRecord>) { thrown = failure; });
    std::optional<Error> error;
    asio::post(loop, [&] {
        store->commit({whole(id)}, [&](std::optional<Error> failed, const std::vector<Append>&) {
            error = std::move(failed);
        });
    });
    loop.run();
    loop.restart();
    ASSERT_TRUE(error);
    // Whether the two met in one group depends on the threads; what was said must be true either
    // way.
    EXPECT_EQ(wait(store->flows()).size(), thrown ? 0u : 1u);
}

TEST_F(JournalTest, AnIdThatIsNotTimeOrderedIsRefused) {
    auto id = ids.next();
    id.bytes[6] = 0x4F;
    const auto error = commit({whole(id)});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "store_failed");
    EXPECT_THAT(error->message, testing::HasSubstr("UUIDv7"));
}

TEST_F(JournalTest, ALookAlikeIdIsUnknown) {
    const auto id = ids.next();
    ASSERT_FALSE(commit({whole(id)}));
    auto other_tail = id;
    other_tail.bytes[15] ^= 1;
    auto other_version = id;
    other_version.bytes[6] = static_cast<std::uint8_t>(0x40 | (id.bytes[6] & 0x0F));
    for (const auto& stranger : {other_tail, other_version}) {
        EXPECT_FALSE(wait(store->execution(stranger)));
        EXPECT_TRUE(wait(store->journal(stranger)).empty());
    }
}

TEST_F(JournalTest, ACheckpointKeepsEverythingAndTheLogIsUsedAgain) {
    open({.checkpoint_pages = 20});
    std::vector<Uuid> made;
    for (int count = 0; count < 500; ++count) {
        made.push_back(ids.next());
        ASSERT_FALSE(commit({whole(made.back(), std::string(6'000, 'c'))}));
    }
    EXPECT_GT(std::filesystem::file_size(path), 2'500'000u)
        << "the log is copied while the store runs";
    EXPECT_LT(std::filesystem::file_size(path.string() + "-wal"), 2'000'000u);
    for (const auto& id : made) EXPECT_EQ(chunks(id).size(), 1u);
}

TEST_F(JournalTest, ReopeningKeepsEverything) {
    const auto id = ids.next();
    const auto longer = ids.next();
    ASSERT_FALSE(commit({whole(id, "head"), beginning(longer, "a")}));
    ASSERT_TRUE(wait(store->create_flow(flow("orders"), revision("source"))));
    const auto epoch = store->epoch();
    open();
    EXPECT_EQ(store->epoch(), epoch + 1);
    EXPECT_THAT(chunks(id), testing::ElementsAre("head"));
    ASSERT_FALSE(commit({going_on(longer, 2, "b", ExecutionStatus::succeeded, at(3'000))}));
    EXPECT_THAT(chunks(longer), testing::ElementsAre("a", "b"));
    EXPECT_EQ(wait(store->flows()).at(0).name, "orders");
}

TEST_F(JournalTest, AClosedStoreRefusesAndSaysSo) {
    store->close();
    EXPECT_FALSE(std::filesystem::exists(path.string() + "-wal"))
        << "the log is emptied into the data file";
    const auto error = commit({whole(ids.next())});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "store_closed");
    EXPECT_THROW(wait(store->flows()), ErrorException);
    EXPECT_THROW(wait(store->create_flow(flow("a"), revision("x"))), ErrorException);
}

TEST_F(JournalTest, ClosingWritesWhatWaits) {
    const auto id = ids.next();
    int done = 0;
    store->commit({whole(id)}, [&](const std::optional<Error>& error, const std::vector<Append>&) {
        done += error ? 100 : 1;
    });
    store->close();
    loop.run();
    loop.restart();
    EXPECT_EQ(done, 1);
    open();
    EXPECT_TRUE(wait(store->execution(id)));
}

}  // namespace
}  // namespace sluice
