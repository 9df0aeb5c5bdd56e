#include "store/chain.hpp"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

/// The definition of docs/store-format.md, written down a second time.
JournalChain link(std::string_view before, std::string_view chunk) {
    const std::string text = std::string(before) + std::string(chunk);
    unsigned char digest[32];
    EVP_Digest(text.data(), text.size(), digest, nullptr, EVP_sha256(), nullptr);
    JournalChain chain;
    std::memcpy(chain.data(), digest, chain.size());
    return chain;
}

std::string bytes(const JournalChain& chain) {
    return {reinterpret_cast<const char*>(chain.data()), chain.size()};
}

std::string bytes(const Uuid& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

class ChainTest : public StoreTest {
  protected:
    ChainTest() { open(); }

    std::vector<std::optional<JournalChain>> chains(const Uuid& id) {
        std::vector<std::optional<JournalChain>> found;
        for (const auto& item : wait(store->journal(id))) found.push_back(item.chain);
        return found;
    }

    /// Commits and returns the group as it came back.
    std::vector<Append> commit_back(std::vector<Append> group) {
        std::vector<Append> returned;
        store->commit(std::move(group),
                      [&](const std::optional<Error>& error, std::vector<Append> written) {
                          EXPECT_FALSE(error) << error->message;
                          returned = std::move(written);
                      });
        loop.run();
        loop.restart();
        return returned;
    }
};

TEST_F(ChainTest, EveryChunkIsLinkedToTheOneBefore) {
    const auto id = ids.next();
    const auto one = link(bytes(id), "a");
    const auto two = link(bytes(one), "b");
    auto group = commit_back({beginning(id, "a")});
    EXPECT_EQ(group.at(0).chain, one);
    auto next = going_on(id, 2, "b");
    next.chain = group[0].chain;
    EXPECT_EQ(commit_back({next}).at(0).chain, two);
    EXPECT_THAT(chains(id), testing::ElementsAre(one, two));
}

TEST_F(ChainTest, AWholeExecutionHasItsChainInItsRow) {
    const auto id = ids.next();
    EXPECT_EQ(commit_back({whole(id, "all of it")}).at(0).chain, link(bytes(id), "all of it"));
    EXPECT_THAT(chains(id), testing::ElementsAre(link(bytes(id), "all of it")));
}

TEST_F(ChainTest, AChainThatTheOwnerDoesNotKnowIsReadFromTheJournal) {
    const auto id = ids.next();
    const auto one = link(bytes(id), "a");
    const auto two = link(bytes(one), "b");
    commit_back({beginning(id, "a")});
    commit_back({going_on(id, 2, "b")});
    open();  // another process goes on
    commit_back({going_on(id, 3, "c"), going_on(id, 4, "d")});
    const auto three = link(bytes(two), "c");
    EXPECT_THAT(chains(id), testing::ElementsAre(one, two, three, link(bytes(three), "d")));
}

TEST_F(ChainTest, ItGoesOnFromRowsThatAnOlderVersionWrote) {
    const auto id = ids.next();
    commit_back({beginning(id, "a")});
    commit_back({going_on(id, 2, "b")});
    store.reset();
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec("UPDATE journal SET chain = NULL");
    open();
    commit_back({going_on(id, 3, "c")});
    const auto three = link(bytes(link(bytes(link(bytes(id), "a")), "b")), "c");
    EXPECT_THAT(chains(id), testing::ElementsAre(std::nullopt, std::nullopt, three));
}

TEST_F(ChainTest, AFailedGroupMovesNoChain) {
    const auto id = ids.next();
    const auto group = commit_back({beginning(id, "a")});
    auto next = going_on(id, 2, "b");
    next.chain = group[0].chain;
    ASSERT_TRUE(commit({next, whole(id, "twice")}));
    commit_back({next});
    EXPECT_THAT(chains(id),
                testing::ElementsAre(link(bytes(id), "a"), link(bytes(link(bytes(id), "a")), "b")));
}

TEST(ChainHashTest, AGroupOfAHundredCostsLessThanAFifthOfAMillisecond) {
    store::ChainHash hash;
    const std::string chunk(500, 'x');
    TestIds ids;
    const auto id = ids.next();
    auto best = std::chrono::steady_clock::duration::max();
    for (int round = 0; round < 50; ++round) {
        std::optional<JournalChain> chain;
        const auto start = std::chrono::steady_clock::now();
        for (int count = 0; count < 100; ++count) chain = hash.next(chain, id, chunk);
        best = std::min(best, std::chrono::steady_clock::now() - start);
    }
    RecordProperty(
        "microseconds",
        static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(best).count()));
    // Twenty times the target: sanitizers and loaded machines must not fail it.
    EXPECT_LT(best, std::chrono::milliseconds(4));
    std::printf("a group of 100 chunks of 500 bytes: %lld us\n",
                static_cast<long long>(
                    std::chrono::duration_cast<std::chrono::microseconds>(best).count()));
}

}  // namespace
}  // namespace sluice
