#include "store/inspection.hpp"

#include <fstream>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include "store/backup.hpp"

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> codes(const std::vector<Finding>& findings) {
    std::vector<std::string> list;
    for (const auto& finding : findings) list.push_back(finding.code);
    return list;
}

class InspectionTest : public StoreTest {
  protected:
    InspectionTest() {
        open();
        long_one = ids.next();
        short_one = ids.next();
        EXPECT_FALSE(commit({beginning(long_one, "a"), whole(short_one, "all")}));
        EXPECT_FALSE(commit({going_on(long_one, 2, "b")}));
        EXPECT_FALSE(commit({going_on(long_one, 3, "c")}));
    }

    void change(const std::string& sql) {
        SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec(sql);
    }

    std::unique_ptr<Inspection> inspect() {
        auto opened = Inspection::open(path);
        if (!opened) throw std::runtime_error(opened.error().message);
        return *std::move(opened);
    }

    std::vector<Finding> findings() {
        const auto inspection = inspect();
        auto all = inspection->check_file([] { return true; });
        for (auto& finding : inspection->check_references()) all.push_back(finding);
        for (auto& execution : inspection->executions(0, 100))
            for (auto& finding : execution.findings) all.push_back(finding);
        return all;
    }

    Uuid long_one;
    Uuid short_one;
};

TEST_F(InspectionTest, AStoreInUseIsReadAsItIs) {
    const auto inspection = inspect();
    EXPECT_EQ(inspection->schema(), Inspection::known_schema());
    EXPECT_EQ(inspection->execution_count(), 2u);
    EXPECT_THAT(findings(), IsEmpty());
    const auto found = inspection->execution(long_one);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->journal, SizeIs(3));
    EXPECT_FALSE(inspection->execution(ids.next()));
    EXPECT_FALSE(commit({whole(ids.next())})) << "the owner writes on";
    EXPECT_EQ(inspection->execution_count(), 3u);
}

TEST_F(InspectionTest, AClosedStoreIsReadToo) {
    store.reset();
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(InspectionTest, AChangedChunkBreaksTheChainThere) {
    change("UPDATE journal SET chunk = x'42' WHERE chunk = x'62'");
    const auto found = findings();
    ASSERT_THAT(codes(found), ElementsAre("chain_broken"));
    EXPECT_EQ(found[0].table, "journal");
    EXPECT_EQ(found[0].execution, long_one);
    EXPECT_EQ(found[0].event, 2u);
}

TEST_F(InspectionTest, AChangedRowOfAWholeExecutionIsFound) {
    change("UPDATE executions SET head = x'66616B65' WHERE head IS NOT NULL");
    const auto found = findings();
    ASSERT_THAT(codes(found), ElementsAre("chain_broken"));
    EXPECT_EQ(found[0].table, "executions");
    EXPECT_EQ(found[0].execution, short_one);
}

TEST_F(InspectionTest, ARemovedChunkBreaksTheChain) {
    change("DELETE FROM journal WHERE chunk = x'62'");
    EXPECT_THAT(codes(findings()), ElementsAre("chain_broken"));
}

TEST_F(InspectionTest, AMissingLinkIsForOldRowsOnly) {
    change("UPDATE journal SET chain = NULL WHERE chunk IN (x'61', x'62')");
    EXPECT_THAT(findings(), IsEmpty());
    change("UPDATE journal SET chain = NULL WHERE chunk = x'63'");
    EXPECT_THAT(findings(), IsEmpty());
    change(
        "UPDATE journal SET chain = (SELECT chain FROM executions WHERE head IS NOT NULL) WHERE "
        "chunk = x'62'");
    EXPECT_THAT(codes(findings()), ElementsAre("chain_broken", "chain_broken"));
}

TEST_F(InspectionTest, RowsOfNobodyAreFound) {
    change("DELETE FROM executions WHERE head IS NULL");
    change("INSERT INTO holds(execution, run, kind, flow, since_ms) VALUES(5, 1, 0, 1, 0)");
    EXPECT_THAT(codes(findings()), ElementsAre("execution_missing", "execution_missing"));
}

TEST_F(InspectionTest, AMissingIndexIsNamed) {
    change("DROP INDEX executions_by_flow");
    const auto found = findings();
    ASSERT_THAT(codes(found), ElementsAre("schema_differs"));
    EXPECT_THAT(found[0].message, HasSubstr("executions_by_flow"));
}

TEST_F(InspectionTest, ValuesThatCannotBeAreNamed) {
    change("UPDATE executions SET status = 77, tail = x'00' WHERE head IS NULL");
    EXPECT_THAT(codes(findings()), testing::IsSupersetOf({"column_invalid", "column_invalid"}));
}

TEST_F(InspectionTest, OtherFilesAreRefused) {
    EXPECT_EQ(Inspection::open(directory.path / "none").error().code, "store_not_found");
    const auto other = directory.path / "other";
    std::ofstream(other) << "no database, but long enough to look like one, more or less";
    EXPECT_EQ(Inspection::open(other).error().code, "store_not_recognized");
    std::ofstream(directory.path / "empty").flush();
    EXPECT_EQ(Inspection::open(directory.path / "empty").error().code, "store_not_recognized");
    change("PRAGMA user_version=99");
    EXPECT_EQ(Inspection::open(path).error().code, "store_too_new");
}

class DamageTest : public InspectionTest {
  protected:
    DamageTest() {
        for (int count = 0; count < 50; ++count)
            EXPECT_FALSE(commit({whole(ids.next(), std::string(3'000, 'x'))}));
        store.reset();
        size = std::filesystem::file_size(path);
    }
    void overwrite(std::uint64_t offset, const std::string& bytes) {
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(offset));
        file << bytes;
    }
    std::uint64_t size = 0;
};

TEST_F(DamageTest, ACutFileIsRefusedWithARemedy) {
    std::filesystem::resize_file(path, size / 2 / 4096 * 4096);
    std::string message;
    EXPECT_EQ(refusal(path, &message), "store_corrupt");
    EXPECT_THAT(message, HasSubstr("sluice verify"));
    EXPECT_THAT(message, HasSubstr("backup"));
}

TEST_F(DamageTest, ADamagedTreeIsFoundAndNamed) {
    for (std::uint64_t page = 2; page * 4096 < size; ++page)
        overwrite(page * 4096, std::string(16, '\xEE'));
    const auto opened = Inspection::open(path);
    if (!opened) {
        EXPECT_EQ(opened.error().code, "store_corrupt");
        return;
    }
    try {
        EXPECT_THAT(codes((*opened)->check_file([] { return true; })),
                    testing::Contains("file_damaged"));
    } catch (const ErrorException& error) {
        EXPECT_EQ(error.error().code, "store_corrupt");
    }
}

TEST_F(DamageTest, AnOverwrittenSchemaIsRefusedWithThePlace) {
    overwrite(100, std::string(200, '\xEE'));
    std::string message;
    EXPECT_EQ(refusal(path, &message), "store_corrupt");
    EXPECT_THAT(message, HasSubstr(path.string()));
}

class BackupTest : public InspectionTest {
  protected:
    std::filesystem::path copy = directory.path / "copy.db";
};

TEST_F(BackupTest, ACopyOfAStoreInUseIsWhole) {
    int told = 0;
    const auto done = back_up(path, copy, [&](std::uint64_t copied, std::uint64_t pages) {
        ++told;
        EXPECT_LE(copied, pages);
        return true;
    });
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->executions, 2u);
    EXPECT_EQ(done->bytes, std::filesystem::file_size(copy));
    EXPECT_GT(told, 0);
    ASSERT_FALSE(commit({whole(ids.next(), "later")})) << "the owner writes on";

    const auto opened = Inspection::open(copy);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->execution_count(), 2u) << "of one moment";
    EXPECT_THAT((*opened)->check_file([] { return true; }), IsEmpty());
    EXPECT_EQ(refusal(copy), "") << "and it opens as a store";
}

TEST_F(BackupTest, WritesMeanwhileDoNotStartItOver) {
    for (int count = 0; count < 40; ++count)
        ASSERT_FALSE(commit({whole(ids.next(), std::string(200'000, 'x'))}));
    int told = 0;
    const auto done = back_up(path, copy, [&](std::uint64_t, std::uint64_t) {
        EXPECT_FALSE(commit({whole(ids.next(), "meanwhile")}));
        return ++told < 100;
    });
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_LT(told, 10);
    EXPECT_EQ(done->executions, 42u);
}

TEST_F(BackupTest, NothingIsOverwrittenAndNothingIsLeftOfAFailure) {
    std::ofstream(copy) << "precious";
    const auto refused = back_up(path, copy, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "backup_exists");
    EXPECT_EQ(std::filesystem::file_size(copy), 8u);
    std::filesystem::remove(copy);
    const auto stopped = back_up(path, copy, [](std::uint64_t, std::uint64_t) { return false; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, "backup_cancelled");
    EXPECT_EQ(back_up(path, directory.path / "no" / "copy", {}).error().code,
              "backup_not_writable");
    EXPECT_EQ(back_up(directory.path / "none", copy, {}).error().code, "store_not_found");
    for (const auto& entry : std::filesystem::directory_iterator(directory.path))
        EXPECT_THAT(entry.path().filename().string(), testing::StartsWith("sluice.db"));
}

}  // namespace
}  // namespace sluice
