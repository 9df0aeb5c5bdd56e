#include <fstream>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;

class OpeningTest : public StoreTest {};

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(OpeningTest, ANewFileIsOursAloneAndSafe) {
    open();
    EXPECT_EQ(store->epoch(), 1);
    SQLite::Database database(path.string());
    EXPECT_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
    EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), 0x536C6365);
    EXPECT_EQ(database.execAndGet("PRAGMA auto_vacuum").getInt(), 2);
    EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
    struct stat status{};
    for (const auto* suffix : {"", "-wal", ".lock"}) {
        ASSERT_EQ(::stat((path.string() + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
    }
}

TEST_F(OpeningTest, ASecondOpeningIsRefusedByNameAndProcess) {
    open();
    std::string message;
    EXPECT_EQ(refusal(path, &message), "store_in_use");
    EXPECT_THAT(message, HasSubstr(path.filename().string()));
    EXPECT_THAT(message, HasSubstr(std::to_string(::getpid())));
    store.reset();
    EXPECT_EQ(refusal(path), "");
}

TEST_F(OpeningTest, ALinkToAStoreInUseIsRefused) {
    open();
    const auto link = directory.path / "link.db";
    std::filesystem::create_symlink(path, link);
    EXPECT_EQ(refusal(link), "store_in_use");
}

TEST_F(OpeningTest, ANewerStoreIsRefusedAndUntouched) {
    open();
    store.reset();
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version=99");
    const auto before = content(path);
    std::string message;
    EXPECT_EQ(refusal(path, &message), "store_too_new");
    EXPECT_THAT(message, HasSubstr("99"));
    EXPECT_TRUE(content(path) == before);
}

TEST_F(OpeningTest, AFileThatIsNotADatabaseIsRefusedAndUntouched) {
    for (const auto* text : {"no database", "x"}) {
        std::ofstream(path) << text;
        std::string message;
        EXPECT_EQ(refusal(path, &message), "store_not_recognized");
        EXPECT_THAT(message, HasSubstr("not an SQLite database"));
        EXPECT_TRUE(content(path) == text);
    }
    const std::string longer(20'000, 'a');
    std::ofstream(path) << longer;
    EXPECT_EQ(refusal(path), "store_not_recognized");
    EXPECT_TRUE(content(path) == longer);
}

TEST_F(OpeningTest, ADatabaseOfAnotherProgramIsRefusedAndUntouched) {
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE customers(name)");
    const auto before = content(path);
    std::string message;
    EXPECT_EQ(refusal(path, &message), "store_not_recognized");
    EXPECT_THAT(message, HasSubstr("another program"));
    EXPECT_TRUE(content(path) == before);
}

TEST_F(OpeningTest, AnEmptyFileBecomesAStore) {
    std::ofstream(path).flush();
    EXPECT_EQ(refusal(path), "");
}

TEST_F(OpeningTest, AMissingDirectoryIsNamed) {
    std::string message;
    EXPECT_EQ(refusal(directory.path / "nowhere" / "sluice.db", &message), "store_not_writable");
    EXPECT_THAT(message, HasSubstr("nowhere"));
}

TEST_F(OpeningTest, ADirectoryInPlaceOfAFileIsRefused) {
    std::filesystem::create_directory(path);
    EXPECT_EQ(refusal(path), "store_not_writable");
}

TEST_F(OpeningTest, AReadOnlyDirectoryIsRefused) {
    ASSERT_EQ(::chmod(directory.path.c_str(), 0555), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        // The rights of root go around the mode of the directory.
        if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(2);
        asio::io_context own_loop;
        const auto opened = Store::open(own_loop, {.path = path});
        ::_exit(!opened && opened.error().code == "store_not_writable" ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(::chmod(directory.path.c_str(), 0755), 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace sluice
