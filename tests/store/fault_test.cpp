// Whatever goes wrong at whichever write: what was acknowledged is there and whole, and nothing is
// half there.
#include <functional>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "engine/engine.hpp"
#include "engine/run/event_codec.hpp"
#include "store/inspection.hpp"

#include "tests/store/fault_vfs.hpp"
#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

constexpr const char* source = R"(
name: ask
nodes:
  - {id: ask, type: flow.approval, with: {message: Well?}}
  - {id: after, type: core.set}
)";

class FaultTest : public StoreTest {
  protected:
    FaultTest() {
        // Hundreds of stores are made here, and no disk is asked to sync: memory will do.
        if (std::string name = "/dev/shm/sluice-fault-XXXXXX"; mkdtemp(name.data()))
            path = std::filesystem::path(name) / "sluice.db";
    }
    ~FaultTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(path.parent_path(), ignored);
    }

    /// Commits that were acknowledged, by execution: how many of it.
    struct Acknowledged {
        bool flow = false;
        int revisions = 0;
        std::map<Uuid, std::size_t> commits;
        std::vector<std::vector<Uuid>> groups;  ///< of all groups, also those that failed
        bool signal = false;
        std::set<std::string> keys;
    };

    static Event event(EventKind kind, NodeIndex node = no_node, RunNumber run = 0) {
        Event made;
        made.kind = kind;
        made.node = node;
        made.run = run;
        made.at = at(2'000);
        return made;
    }

    /// The start, and the wait for an approval.
    Append asks(const Uuid& id, const std::string& padding) {
        ChunkWriter writer;
        Event started = event(EventKind::execution_started);
        started.data = Object{{"padding", padding}};
        started.text = "{}";
        writer.add(started);
        Event waiting = event(EventKind::node_waiting, 0);
        waiting.hold = HoldKind::approval;
        waiting.data = Object{{"message", "Well?"}, {"quorum", 1}};
        writer.add(waiting);
        Append append = beginning(id, writer.take(), ExecutionStatus::waiting);
        append.revision = 1;
        append.last_sequence = 2;
        HoldRecord hold;
        hold.execution = id;
        hold.kind = HoldKind::approval;
        hold.flow = 1;
        hold.node = "ask";
        hold.since = at(2'000);
        append.holds_opened.push_back(hold);
        append.start_key = "key-" + id.to_string();
        append.start_key_until = at(4'000'000'000'000);
        return append;
    }

    /// The decision, and the end.
    static Append is_approved(const Uuid& id) {
        ChunkWriter writer;
        Event decided = event(EventKind::hold_decided, 0);
        decided.text = "ada";
        decided.data = Object{{"by", "ada"}, {"decision", "approved"}};
        writer.add(decided);
        Event done = event(EventKind::node_succeeded, 0);
        done.text = "approved";
        writer.add(done);
        Event after = event(EventKind::node_succeeded, 1, 1);
        after.text = "success";
        writer.add(after);
        Event ended = event(EventKind::execution_ended);
        ended.status = ExecutionStatus::succeeded;
        writer.add(ended);
        Append append = going_on(id, 3, writer.take(), ExecutionStatus::succeeded, at(2'000));
        append.last_sequence = 6;
        append.holds_closed.push_back(0);
        return append;
    }

    /// Commits as the engine does: what failed is tried again, some times.
    bool persist(const FaultVfs& vfs, Acknowledged& known, const std::vector<Append>& group) {
        std::vector<Uuid> ids_of;
        for (const auto& append : group) ids_of.push_back(append.execution);
        known.groups.push_back(ids_of);
        for (int attempt = 0; attempt < 3; ++attempt) {
            if (commit(group)) continue;
            if (vfs.lost()) return false;
            for (const auto& append : group) {
                ++known.commits[append.execution];
                if (append.begins) known.keys.insert(append.start_key);
            }
            return true;
        }
        return false;
    }

    /// What a record call says; the store may also throw that it failed.
    template <typename T>
    std::optional<T> ask(task<result<T>> call) {
        try {
            auto answer = wait(std::move(call));
            if (answer) return *std::move(answer);
        } catch (const ErrorException& error) {
            EXPECT_EQ(error.error().code, "store_failed") << error.error().message;
            loop.restart();
        }
        return std::nullopt;
    }

    /// Flows, executions in two commits each with holds, keys and signals, and checkpoints between.
    void work(const FaultVfs& vfs, Acknowledged& known) {
        auto opened = Store::open(loop, {.path = path, .checkpoint_pages = 12});
        const struct Close {
            FaultTest& test;
            ~Close() { test.store.reset(); }  // before the file system goes
        } close{*this};
        for (int attempt = 0; !opened && attempt < 2 && !vfs.lost(); ++attempt)
            opened = Store::open(loop, {.path = path, .checkpoint_pages = 12});
        if (!opened) return;
        store = *std::move(opened);
        FlowRecord record = flow("ask");
        for (int attempt = 0; attempt < 3 && !known.flow; ++attempt) {
            known.flow = ask(store->create_flow(record, revision(source))) && !vfs.lost();
        }
        if (known.flow) {
            for (int round = 0; round < 4; ++round) {
                std::vector<Append> begin;
                std::vector<Append> end;
                for (int count = 0; count < 3; ++count) {
                    const auto id = ids.next();
                    begin.push_back(asks(
                        id, std::string(static_cast<std::size_t>(count == 2 ? 9'000 : 30), 'p')));
                    if (count != 1) end.push_back(is_approved(id));
                }
                if (persist(vfs, known, begin)) (void)persist(vfs, known, end);
            }
            KeptSignal signal;
            signal.name = "paid";
            signal.until = at(4'000'000'000'000);
            signal.payload = "1";
            known.signal = ask(store->keep_signal(signal)) && !vfs.lost();
            const bool added =
                ask(store->add_revision(record, revision(source + std::string("#")), {})) &&
                !vfs.lost();
            known.revisions = added ? 2 : 1;
        }
        store->close();
    }

    void judge_records(const Acknowledged& known) {
        auto& whole = open();
        const auto flows = wait(whole.flows());
        if (known.flow) {
            ASSERT_EQ(flows.size(), 1u) << "the flow is lost";
            EXPECT_GE(wait(whole.revisions(1, {}, 10)).size(),
                      static_cast<std::size_t>(known.revisions));
        }
        if (known.signal) EXPECT_EQ(wait(whole.kept_signals()).size(), 1u) << "the signal is lost";
        for (const auto& [id, commits] : known.commits)
            EXPECT_GE(wait(whole.journal(id)).size(), commits) << "a commit is lost";
        for (const auto& group : known.groups) {
            std::set<bool> there;
            for (const auto& id : group) there.insert(wait(whole.execution(id)).has_value());
            EXPECT_LE(there.size(), 1u) << "a group is half there";
        }
        for (const auto& key : known.keys)
            EXPECT_TRUE(wait(whole.started_with(1, key, at(3'000)))) << "a start key is lost";
        whole.close();
        store.reset();
    }

    void judge_file() {
        auto inspection = Inspection::open(path);
        ASSERT_TRUE(inspection) << inspection.error().message;
        std::vector<Finding> findings = (*inspection)->check_file([] { return true; });
        const auto take = [&findings](const std::vector<Finding>& more) {
            findings.insert(findings.end(), more.begin(), more.end());
        };
        take((*inspection)->check_references());
        for (const auto& stored : (*inspection)->executions(0, 1'000)) {
            const auto verdict = verify_journal(stored.record, program_.get(), stored.journal);
            take(stored.findings);
            take(verdict.findings);
            EXPECT_TRUE(verdict.folded);
            EXPECT_EQ(stored.holds, verdict.holds);
        }
        for (const auto& finding : findings)
            ADD_FAILURE() << finding.code << ": " << finding.message;
    }

    /// Runs the workload with this fault at every operation until it is through without it.
    void at_every_operation(Fault fault) {
        int operation = 1;
        for (bool through = false; !through && !HasFailure(); ++operation) {
            std::filesystem::remove_all(path.parent_path());
            std::filesystem::create_directory(path.parent_path());
            Acknowledged known;
            {
                const FaultVfs vfs(fault, operation);
                work(vfs, known);
                through = !vfs.struck();
            }
            SCOPED_TRACE("operation " + std::to_string(operation));
            judge_records(known);
            judge_file();
            if (through) {
                EXPECT_EQ(known.commits.size(), 12u) << "without a fault all is acknowledged";
            }
        }
        RecordProperty("operations", operation);
        EXPECT_GT(operation, 40) << "the workload is too small to tell anything";
    }

  private:
    asio::io_context engine_loop_;
    Engine engine_{engine_loop_};
    std::shared_ptr<const Program> program_ = engine_.compile(source).value();
};

TEST_F(FaultTest, AnIoErrorAtAnyOperation) {
    at_every_operation(Fault::io_error);
}
TEST_F(FaultTest, AShortWriteAtAnyOperation) {
    at_every_operation(Fault::short_write);
}
TEST_F(FaultTest, AFullDiskAtAnyOperation) {
    at_every_operation(Fault::full);
}
TEST_F(FaultTest, ALossOfPowerAtAnyOperation) {
    at_every_operation(Fault::power_loss);
}
TEST_F(FaultTest, ALossOfPowerThatTearsAtAnyOperation) {
    at_every_operation(Fault::torn_loss);
}

}  // namespace
}  // namespace sluice
