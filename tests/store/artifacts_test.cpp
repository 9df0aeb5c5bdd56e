#include <random>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>

#include "engine/model/json_text.hpp"
#include "engine/model/sha256.hpp"
#include "engine/run/event_codec.hpp"
#include "store/artifact_pieces.hpp"
#include "store/backup.hpp"
#include "store/inspection.hpp"

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Text that does not compress, as JSON string content.
std::string noise(std::size_t size, unsigned seed = 1) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::mt19937 random(seed);
    std::string text(size, ' ');
    for (auto& letter : text) letter = letters[random() % letters.size()];
    return text;
}

class ArtifactsTest : public StoreTest {
  protected:
    ArtifactsTest() {
        open();
        EXPECT_TRUE(wait(store->create_flow(flow("one"), revision("s"))));
    }

    /// Commits an execution whose input is this value; gives the key that its journal says.
    ArtifactKey keep(const Value& value, Uuid id = {}) {
        if (id == Uuid{}) id = ids.next();
        newest = id;
        ChunkWriter tail;
        tail.add_started(at(2'000), "{}", Artifact::of(Value(value), 1));
        auto append = whole(id);
        append.artifacts = tail.take_artifacts();
        append.chunk = tail.take();
        EXPECT_FALSE(commit({std::move(append)}));
        const auto chunks = wait(store->journal(id));
        const auto events = decode_chunk(chunks.at(0).chunk, 1);
        return events.at(0).artifact->key;
    }

    std::int64_t count(const std::string& what) {
        return SQLite::Database(path.string())
            .execAndGet("SELECT count(*) FROM " + what)
            .getInt64();
    }

    void change(const std::string& sql) {
        SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec(sql);
    }

    std::string value_error(const ContentHash& hash) {
        const auto value = wait(store->artifact_value(hash));
        return value ? "" : value.error().code;
    }

    std::vector<std::string> findings() {
        auto inspection = Inspection::open(path).value();
        std::vector<std::string> codes;
        for (const auto& finding : inspection->check_references()) codes.push_back(finding.code);
        for (const auto& finding : inspection->check_artifacts([] {}))
            codes.push_back(finding.code);
        return codes;
    }

    void prune_all() {
        PruneRequest request;
        request.now = at(1'000'000'000);
        request.rule.age = Milliseconds(1);
        for (;;) {
            const auto report = wait(store->prune(request));
            ASSERT_TRUE(report);
            if (!report->next) break;
            request.from = report->next;
        }
    }

    Uuid newest;
};

TEST_F(ArtifactsTest, AreReadBackAsTheyWereWritten) {
    for (const auto& value :
         {Value("x"), Value(std::string(store::piece_bytes - 2, 'a')),
          Value(std::string(store::piece_bytes - 1, 'a')), Value(noise(3 * store::piece_bytes)),
          Value(Object{{"a", Array{1, 2.5, nullptr, noise(700'000, 2)}}, {"b", "\u00e9\n"}})}) {
        const auto text = to_json(value);
        const auto key = keep(value);
        Sha256 hash;
        hash.update(text);
        EXPECT_EQ(key.hash, hash.finish());
        EXPECT_EQ(key.bytes, text.size());
        EXPECT_EQ(wait(store->artifact(key.hash)), key);
        const auto read = wait(store->artifact_value(key.hash));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(**read, value);
        EXPECT_EQ(wait(store->artifact_bytes(key.hash, 0, key.bytes))->content, text);
    }
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(ArtifactsTest, AreCompressedPieceByPiece) {
    keep(Value(std::string(1'000'000, 'a')));
    SQLite::Database database(path.string());
    EXPECT_EQ(database.execAndGet("SELECT min(compressed) FROM artifact_pieces").getInt(), 1);
    EXPECT_EQ(count("artifact_pieces"), 4);
    EXPECT_LT(database.execAndGet("SELECT sum(length(data)) FROM artifact_pieces").getInt64(),
              10'000);
    change("DELETE FROM artifact_pieces");
    change("DELETE FROM artifacts");
    change("DELETE FROM artifact_uses");
    keep(Value(std::string(3'000, 'b')));
    EXPECT_EQ(database.execAndGet("SELECT compressed FROM artifact_pieces").getInt(), 0)
        << "what is small is kept as it is";
}

TEST_F(ArtifactsTest, AreKeptOnce) {
    const Value value(noise(600'000));
    const auto first = keep(value);
    const auto second = keep(value);
    EXPECT_EQ(first, second);
    EXPECT_EQ(count("artifacts"), 1);
    EXPECT_EQ(count("artifact_pieces"), 3);
    EXPECT_EQ(count("artifact_uses"), 2);
}

TEST_F(ArtifactsTest, GiveRangesAcrossPieces) {
    const Value value(noise(3 * store::piece_bytes + 1'000));
    const auto text = to_json(value);
    const auto key = keep(value);
    const auto part = [&](std::uint64_t first, std::uint64_t size) {
        return wait(store->artifact_bytes(key.hash, first, size)).value().content;
    };
    for (const std::uint64_t first :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{store::piece_bytes - 1},
          std::uint64_t{store::piece_bytes}, std::uint64_t{2 * store::piece_bytes + 5},
          key.bytes - 1})
        for (const std::uint64_t size :
             {std::uint64_t{1}, std::uint64_t{10}, std::uint64_t{store::piece_bytes},
              std::uint64_t{store::piece_bytes + 1}, key.bytes})
            EXPECT_EQ(part(first, size), text.substr(first, size)) << first << " " << size;
    EXPECT_EQ(part(key.bytes, 1), "");
    change("DELETE FROM artifact_pieces WHERE number & 3 = 0");
    EXPECT_EQ(part(store::piece_bytes, 100), text.substr(store::piece_bytes, 100))
        << "only what is needed is read";
}

TEST_F(ArtifactsTest, GoWithTheLastExecutionThatRefersToThem) {
    const Value shared(noise(600'000));
    const auto key = keep(shared);
    const auto running = ids.next();
    ChunkWriter tail;
    tail.add_started(at(2'000), "{}", Artifact::of(Value(shared), 1));
    auto append = beginning(running, "");
    append.artifacts = tail.take_artifacts();
    append.chunk = tail.take();
    EXPECT_FALSE(commit({std::move(append)}));
    const auto alone = keep(Value(noise(600'000, 2)));
    prune_all();
    EXPECT_FALSE(wait(store->artifact(alone.hash)));
    EXPECT_TRUE(wait(store->artifact(key.hash))) << "what has not ended still refers to it";
    EXPECT_EQ(count("artifact_pieces"), 3);
    auto end = going_on(running, 2, "end");
    end.status = ExecutionStatus::succeeded;
    end.ended = at(3'000);
    EXPECT_FALSE(commit({std::move(end)}));
    prune_all();
    EXPECT_EQ(count("artifacts") + count("artifact_pieces") + count("artifact_uses"), 0);
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(ArtifactsTest, ThatAreMissingOrDamagedAreRefused) {
    const auto missing = keep(Value(noise(600'000, 1)));
    change("DELETE FROM artifacts");
    EXPECT_EQ(value_error(missing.hash), "artifact_missing");
    EXPECT_EQ(wait(store->artifact_bytes(missing.hash, 0, 10)).error().code, "artifact_missing");
    EXPECT_THAT(findings(), ElementsAre("artifact_missing", "artifact_missing"));
    change("DELETE FROM artifact_uses");
    change("DELETE FROM artifact_pieces");

    const auto changed = keep(Value(noise(600'000, 2)));
    change(
        "UPDATE artifact_pieces SET compressed = 0, data = zeroblob(262144) WHERE number & 3 = 1");
    EXPECT_EQ(value_error(changed.hash), "artifact_damaged");
    EXPECT_THAT(findings(), ElementsAre("artifact_damaged"));
    change("UPDATE artifact_pieces SET compressed = 1 WHERE number & 3 = 1");
    EXPECT_EQ(value_error(changed.hash), "artifact_damaged");
    EXPECT_EQ(wait(store->artifact_bytes(changed.hash, 300'000, 10)).error().code,
              "artifact_damaged");
    change("DELETE FROM artifact_pieces WHERE number & 3 = 1");
    const auto read = wait(store->artifact_value(changed.hash));
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("piece 1 of 3 is missing"));
    EXPECT_THAT(read.error().message, HasSubstr(changed.hash.to_string()));
    change("DELETE FROM artifact_uses");
    EXPECT_THAT(findings(), ElementsAre("artifact_unused", "artifact_damaged"));
}

TEST_F(ArtifactsTest, AreInABackup) {
    const Value value(noise(600'000));
    const auto key = keep(value);
    const auto copy = directory.path / "copy.db";
    ASSERT_TRUE(back_up(path, copy, [](std::uint64_t, std::uint64_t) { return true; }));
    store.reset();
    path = copy;
    open();
    const auto read = wait(store->artifact_value(key.hash));
    ASSERT_TRUE(read);
    EXPECT_EQ(**read, value);
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(ArtifactsTest, AreNotKeptWhenTheGroupIsRefused) {
    const auto taken = ids.next();
    EXPECT_FALSE(commit({whole(taken)}));
    ChunkWriter tail;
    tail.add_started(at(2'000), "{}", Artifact::of(Value(noise(600'000)), 1));
    auto append = whole(taken);  // the number is there already
    append.artifacts = tail.take_artifacts();
    append.chunk = tail.take();
    EXPECT_TRUE(commit({std::move(append)}));
    EXPECT_EQ(count("artifacts") + count("artifact_pieces") + count("artifact_uses"), 0);
}

}  // namespace
}  // namespace sluice
