#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Entry entry_of(std::string json, std::int64_t version = 1,
               std::optional<WallTime> expires = std::nullopt) {
    return {std::move(json), version, at(1'000), at(1'000 + version), expires};
}

/// What a group carries beside its executions.
Append with_entries(std::vector<EntryRecord> records) {
    Append append;
    append.entries = std::move(records);
    return append;
}

class EntriesTest : public StoreTest {
  protected:
    EntriesTest() { open(); }

    std::optional<Entry> entry(const std::string& key, const std::string& of = "shop") {
        return wait(store->entry({of, key}));
    }

    std::vector<std::string> keys(EntryFilter filter) {
        std::vector<std::string> found;
        for (const auto& record : wait(store->entries(std::move(filter))))
            found.push_back(record.key.key);
        return found;
    }
};

TEST_F(EntriesTest, AreWrittenWithTheExecutionsOfTheirGroup) {
    const auto id = ids.next();
    const auto first = entry_of(R"({"n":1})", 1, at(9'000));
    ASSERT_FALSE(commit({beginning(id, "a"), with_entries({{{"shop", "x"}, first}})}));
    EXPECT_EQ(entry("x"), first);
    EXPECT_EQ(entry("x", "other"), std::nullopt);
    const auto second = entry_of("2", 2);
    ASSERT_FALSE(commit({going_on(id, 2, "b"), with_entries({{{"shop", "x"}, second}})}));
    EXPECT_EQ(entry("x"), second) << "its end is gone, too";
    ASSERT_FALSE(commit({with_entries({{{"shop", "x"}, std::nullopt}})}));
    EXPECT_EQ(entry("x"), std::nullopt);
    EXPECT_EQ(wait(store->journal(id)).size(), 2u);
}

TEST_F(EntriesTest, AreNotWrittenWhenTheGroupIsNot) {
    ASSERT_FALSE(commit({with_entries({{{"shop", "x"}, entry_of("1")}})}));
    const auto id = ids.next();
    ASSERT_FALSE(commit({whole(id)}));
    // The same execution cannot begin twice: the whole group is refused.
    ASSERT_TRUE(
        commit({with_entries({{{"shop", "x"}, entry_of("2", 2)}, {{"shop", "y"}, entry_of("1")}}),
                whole(id)}));
    EXPECT_EQ(entry("x")->json, "1");
    EXPECT_EQ(entry("y"), std::nullopt);
}

TEST_F(EntriesTest, SurviveTheProcess) {
    const std::string key = "ein Schlüssel/mit \"allem\"";
    ASSERT_FALSE(commit({with_entries({{{"shop", key}, entry_of("\"ü\"", 3)}})}));
    open();
    EXPECT_EQ(entry(key), entry_of("\"ü\"", 3));
}

TEST_F(EntriesTest, AreListedByPrefixPageByPage) {
    std::vector<EntryRecord> records;
    for (const char* key : {"b", "a/2", "a/1", "a/10", "a", "ab", "a/\xC3\xBF"})
        records.push_back({{"shop", key}, entry_of("1")});
    records.push_back({{"shop", "a/over"}, entry_of("1", 1, at(5'000))});
    records.push_back({{"other", "a/other"}, entry_of("1")});
    ASSERT_FALSE(commit({with_entries(std::move(records))}));
    EXPECT_THAT(keys({.entry_namespace = "shop", .prefix = "", .now = at(4'999)}),
                ElementsAre("a", "a/1", "a/10", "a/2", "a/over", "a/\xC3\xBF", "ab", "b"));
    EXPECT_THAT(keys({.entry_namespace = "shop", .prefix = "a/", .now = at(5'000)}),
                ElementsAre("a/1", "a/10", "a/2", "a/\xC3\xBF"));
    EXPECT_THAT(keys({.entry_namespace = "shop",
                      .prefix = "a/",
                      .after = "a/1",
                      .now = at(5'000),
                      .limit = 2}),
                ElementsAre("a/10", "a/2"));
    EXPECT_THAT(keys({.entry_namespace = "shop", .prefix = "a/", .after = "a", .now = at(5'000)}),
                ElementsAre("a/1", "a/10", "a/2", "a/\xC3\xBF"));
    EXPECT_THAT(keys({.entry_namespace = "shop", .prefix = "a/", .after = "b", .now = at(5'000)}),
                IsEmpty());
    EXPECT_THAT(keys({.entry_namespace = "none", .prefix = "", .now = at(5'000)}), IsEmpty());
    EXPECT_EQ(wait(store->entry_count("shop")), 8u);
    EXPECT_EQ(wait(store->entry_count("none")), 0u);
}

TEST_F(EntriesTest, ThoseThatAreOverArePruned) {
    std::vector<EntryRecord> records;
    for (int number = 0; number < 1'200; ++number)
        records.push_back({{"shop", "over" + std::to_string(number)}, entry_of("1", 1, at(5'000))});
    records.push_back({{"shop", "later"}, entry_of("1", 1, at(7'000))});
    records.push_back({{"shop", "stays"}, entry_of("1")});
    ASSERT_FALSE(commit({with_entries(std::move(records))}));
    PruneRequest request;
    request.now = at(5'000);
    std::vector<std::size_t> steps;
    std::optional<WallTime> due;
    do {
        const auto report = wait(store->prune(request));
        ASSERT_TRUE(report);
        if (report->entries > 0) steps.push_back(report->entries);
        if (report->due) due = report->due;
        request.from = report->next;
    } while (request.from);
    EXPECT_THAT(steps, ElementsAre(500u, 500u, 200u)) << "each step is short";
    EXPECT_EQ(due, at(7'000));
    EXPECT_EQ(wait(store->entry_count("shop")), 2u);
}

TEST_F(EntriesTest, AFileOfAnOlderVersionGetsTheirTable) {
    store.reset();
    {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        database.exec("DROP TABLE entries");
        database.exec("PRAGMA user_version=3");
    }
    open();
    ASSERT_FALSE(commit({with_entries({{{"shop", "x"}, entry_of("1")}})}));
    EXPECT_EQ(entry("x")->json, "1");
}

}  // namespace
}  // namespace sluice
