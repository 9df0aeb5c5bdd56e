#include <functional>

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

class KillTest : public StoreTest {
  protected:
    /// A process that begins executions for ever, ends each in a later commit, and writes the id of
    /// every acknowledged append to `acknowledged`.
    [[noreturn]] void load(int acknowledged) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        asio::io_context own_loop;
        auto opened = Store::open(own_loop, {.path = path, .checkpoint_pages = 50});
        if (!opened) ::_exit(1);
        const auto child_store = *std::move(opened);
        const SystemClock clock;
        SystemRandom random;
        UuidGenerator generator(clock, random);
        std::vector<Uuid> unfinished;
        std::function<void()> next = [&] {
            std::vector<Append> group;
            for (const auto& id : unfinished)
                group.push_back(
                    going_on(id, 2, "end " + id.to_string(), ExecutionStatus::failed, at(4'000)));
            unfinished.clear();
            for (int count = 0; count < 10; ++count) {
                const auto id = generator.next();
                const bool at_once = count % 2 == 0;
                group.push_back(at_once ? whole(id, "whole " + id.to_string())
                                        : beginning(id, "begin " + id.to_string()));
                if (!at_once) unfinished.push_back(id);
            }
            std::vector<Uuid> written;
            for (const auto& append : group) written.push_back(append.execution);
            child_store->commit(std::move(group), [&, written](const std::optional<Error>& error,
                                                               const std::vector<Append>&) {
                if (error) ::_exit(2);
                const auto bytes = written.size() * sizeof(Uuid);
                if (::write(acknowledged, written.data(), bytes) != static_cast<ssize_t>(bytes))
                    ::_exit(3);
                next();
            });
        };
        next();
        own_loop.run();
        ::_exit(4);
    }
};

TEST_F(KillTest, EveryAcknowledgedCommitIsThereAfterKill) {
    std::map<std::string, std::pair<Uuid, std::size_t>> acknowledged;  // how many commits of each
    for (int round = 0; round < 5; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            load(ends[1]);
        }
        ::close(ends[1]);
        const std::size_t enough =
            acknowledged.size() + 400 + 137 * static_cast<std::size_t>(round);
        bool killed = false;
        Uuid id;
        // A group is written to the pipe at once, so it never ends in the middle of an id.
        while (::read(ends[0], id.bytes.data(), id.bytes.size()) ==
               static_cast<ssize_t>(id.bytes.size())) {
            auto& entry = acknowledged[id.to_string()];
            entry.first = id;
            ++entry.second;
            if (!killed && acknowledged.size() >= enough) {
                killed = true;
                ASSERT_EQ(::kill(child, SIGKILL), 0);
            }
        }
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the load ended by itself with " << WEXITSTATUS(status);
        ASSERT_GE(acknowledged.size(), enough);

        open();
        std::size_t checked = 0;
        for (const auto& [text, entry] : acknowledged) {
            const auto journal = wait(store->journal(entry.first));
            ASSERT_GE(journal.size(), entry.second) << text;
            const auto record = wait(store->execution(entry.first));
            ASSERT_TRUE(record) << text;
            if (journal.size() == 2) EXPECT_EQ(record->status, ExecutionStatus::failed);
            EXPECT_THAT(journal[0].chunk, testing::EndsWith(text));
            ++checked;
        }
        EXPECT_EQ(checked, acknowledged.size());
        store.reset();
    }
}

}  // namespace
}  // namespace sluice
