#include "store/inspection.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include "store/artifact_reader.hpp"
#include "store/chain.hpp"
#include "store/connection.hpp"
#include "store/execution_key.hpp"
#include "store/flow_reader.hpp"
#include "store/flow_row.hpp"
#include "store/schema.hpp"
#include "store/statement_cache.hpp"

namespace sluice {
namespace {

constexpr int first_with_chain = 2;  // migration
constexpr int first_with_artifacts = 3;
constexpr int instructions_a_look = 1'000'000;
constexpr int most_messages = 100;

/// What the schema consists of: name and SQL of every table and index.
std::set<std::pair<std::string, std::string>> schema_parts(SQLite::Database& database) {
    std::set<std::pair<std::string, std::string>> parts;
    SQLite::Statement select(
        database,
        "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name "
        "NOT LIKE 'sqlite_stat%' AND name <> 'sqlite_sequence'");
    while (select.executeStep())
        parts.emplace(select.getColumn(0).getString(), select.getColumn(1).getString());
    return parts;
}

std::string blob_of(const SQLite::Column& column) {
    return {static_cast<const char*>(column.getBlob()),
            static_cast<std::size_t>(column.getBytes())};
}

ContentHash hash_in(const SQLite::Column& column) {
    ContentHash hash;
    const auto bytes = blob_of(column);
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.bytes.size()), hash.bytes.begin());
    return hash;
}

}  // namespace

class Inspection::Implementation {
  public:
    explicit Implementation(const std::filesystem::path& path)
        : database_(store::open_to_read(path)) {}

    /// Runs `work`; what SQLite throws becomes an `ErrorException`.
    template <typename Work>
    auto guarded(Work work) {
        try {
            return work();
        } catch (const SQLite::Exception& exception) {
            throw ErrorException(store::to_error(database_, exception));
        }
    }

    std::optional<Error> accept() {
        if (auto error = store::check_file(database_)) return error;
        if (database_.execAndGet("PRAGMA application_id").getInt() == 0)
            return store::not_recognized(database_.getFilename(), "is empty");
        schema_ = database_.execAndGet("PRAGMA user_version").getInt();
        return std::nullopt;
    }

    std::vector<Finding> check_file(const std::function<bool()>& alive) {
        std::vector<Finding> findings;
        struct Look {
            sqlite3* connection;
            Look(sqlite3* handle, const std::function<bool()>& alive) : connection(handle) {
                sqlite3_progress_handler(
                    connection, instructions_a_look,
                    [](void* function) {
                        return (*static_cast<const std::function<bool()>*>(function))() ? 0 : 1;
                    },
                    const_cast<std::function<bool()>*>(&alive));  // NOLINT: only called
            }
            ~Look() { sqlite3_progress_handler(connection, 0, nullptr, nullptr); }
        };
        {
            const Look look(database_.getHandle(), alive);
            SQLite::Statement check(
                database_, "PRAGMA integrity_check(" + std::to_string(most_messages) + ")");
            while (check.executeStep())
                if (auto message = check.getColumn(0).getString(); message != "ok")
                    findings.push_back({"file_damaged", std::move(message)});
        }
        check_schema(findings);
        return findings;
    }

    std::vector<Finding> check_references() {
        std::vector<Finding> findings;
        const auto missing = [&](const char* table, const std::string& sql) {
            SQLite::Statement select(database_, sql);
            while (select.executeStep())
                findings.push_back({"execution_missing",
                                    "it belongs to execution number " +
                                        select.getColumn(1).getString() + ", which is not there",
                                    table, select.getColumn(0).getInt64()});
        };
        missing("journal",
                "SELECT min(number), execution FROM journal WHERE execution NOT IN (SELECT number "
                "FROM executions) GROUP BY execution LIMIT 100");
        if (schema_ >= first_with_chain)
            missing("holds",
                    "SELECT run, execution FROM holds WHERE execution NOT IN (SELECT number FROM "
                    "executions) LIMIT 100");
        if (schema_ >= first_with_artifacts)
            missing("artifact_uses",
                    "SELECT artifact, execution FROM artifact_uses WHERE execution NOT IN (SELECT "
                    "number FROM executions) LIMIT 100");
        return findings;
    }

    std::vector<Finding> check_artifacts(const std::function<void()>& alive) {
        std::vector<Finding> findings;
        if (schema_ < first_with_artifacts) return findings;
        const auto find = [&](const char* code, const char* table, const std::string& message,
                              const std::string& sql) {
            SQLite::Statement select(database_, sql);
            while (select.executeStep())
                findings.push_back({code, message, table, select.getColumn(0).getInt64()});
        };
        find(
            "artifact_missing", "artifact_uses",
            "executions refer to this artifact, and it is not there",
            "SELECT DISTINCT artifact FROM artifact_uses WHERE artifact NOT IN (SELECT number FROM "
            "artifacts) LIMIT 100");
        find("artifact_unused", "artifacts", "no execution refers to this artifact",
             "SELECT number FROM artifacts WHERE number NOT IN (SELECT artifact FROM "
             "artifact_uses) LIMIT 100");
        find("artifact_missing", "artifact_pieces", "the artifact of this piece is not there",
             "SELECT min(number) FROM artifact_pieces WHERE (number >> 20) NOT IN (SELECT number "
             "FROM artifacts) GROUP BY number >> 20 LIMIT 100");
        store::ArtifactReader reader(statements_);
        SQLite::Statement select(database_, "SELECT number, sha256 FROM artifacts ORDER BY number");
        while (select.executeStep()) {
            alive();
            if (const auto failure = reader.check(hash_in(select.getColumn(1))))
                findings.push_back({"artifact_damaged", failure->message, "artifacts",
                                    select.getColumn(0).getInt64()});
        }
        return findings;
    }

    std::uint64_t artifact_count() {
        if (schema_ < first_with_artifacts) return 0;
        return static_cast<std::uint64_t>(
            database_.execAndGet("SELECT count(*) FROM artifacts").getInt64());
    }

    std::uint64_t execution_count() {
        return static_cast<std::uint64_t>(
            database_.execAndGet("SELECT count(*) FROM executions").getInt64());
    }

    std::vector<Execution> executions(std::int64_t after, std::int64_t last, std::size_t limit) {
        // One moment for the rows of all tables.
        SQLite::Transaction moment(database_);
        std::vector<Execution> page;
        const auto select = statements_.use(
            std::string("SELECT number, tail, flow, revision, status, created_ms, ended_ms, "
                        "head_sequence, head, ") +
            (schema_ >= first_with_chain ? "chain" : "NULL") +
            " FROM executions WHERE number > ?1 AND number <= ?2 ORDER BY number LIMIT ?3");
        select->bind(1, after);
        select->bind(2, last);
        select->bind(3, static_cast<std::int64_t>(limit));
        while (select->executeStep()) page.push_back(read(*select));
        return page;
    }

    std::optional<RevisionRecord> revision(std::int64_t number) {
        return store::FlowReader(statements_).revision(number);
    }

    std::optional<FlowRecord> flow(std::int64_t number) {
        const auto select = statements_.use(std::string("SELECT ") + store::flow_columns +
                                            " FROM flows WHERE number = ?");
        select->bind(1, number);
        if (!select->executeStep()) return std::nullopt;
        return store::flow_row(*select);
    }

    [[nodiscard]] std::int32_t schema() const { return schema_; }

    std::optional<WallTime> newest() {
        const auto select =
            statements_.use("SELECT created_ms FROM executions ORDER BY number DESC LIMIT 1");
        if (!select->executeStep()) return std::nullopt;
        return store::time_from(select->getColumn(0).getInt64());
    }

  private:
    void check_schema(std::vector<Finding>& findings) {
        SQLite::Database model(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        for (const auto& migration : store::migrations())
            if (migration.number <= schema_) model.exec(migration.sql);
        const auto expected = schema_parts(model);
        const auto found = schema_parts(database_);
        for (const auto& part : expected)
            if (!found.contains(part))
                findings.push_back({"schema_differs", part.first +
                                                          " is missing, or is not that of schema " +
                                                          std::to_string(schema_)});
    }

    Execution read(SQLite::Statement& row) {
        Execution execution;
        auto& record = execution.record;
        const auto number = row.getColumn(0).getInt64();
        const auto tail = row.getColumn(1);
        const bool whole_tail = tail.getBytes() == static_cast<int>(store::tail_bytes);
        constexpr std::array<char, store::tail_bytes> no_tail{};
        record.id = store::make_id(number, whole_tail ? tail.getBlob() : no_tail.data());
        if (!whole_tail) note(execution, "column_invalid", "tail has not 8 bytes");
        record.flow = row.getColumn(2).getInt64();
        record.revision = row.getColumn(3).getInt64();
        const auto status = row.getColumn(4).getInt64();
        if (status < 0 || status >= static_cast<std::int64_t>(execution_status_words.size()))
            note(execution, "column_invalid",
                 "status " + std::to_string(status) + " does not exist");
        else
            record.status = static_cast<ExecutionStatus>(status);
        record.created = store::time_from(row.getColumn(5).getInt64());
        if (!row.getColumn(6).isNull())
            record.ended = store::time_from(row.getColumn(6).getInt64());
        if (!row.getColumn(8).isNull())
            execution.journal.push_back({static_cast<std::uint64_t>(row.getColumn(7).getInt64()),
                                         blob_of(row.getColumn(8)),
                                         store::chain_of(row.getColumn(9))});
        read_journal(execution);
        if (schema_ >= first_with_chain) read_holds(execution);
        if (schema_ >= first_with_artifacts) read_artifacts(execution);
        return execution;
    }

    void read_artifacts(Execution& execution) {
        const auto select = statements_.use(
            "SELECT a.sha256 FROM artifact_uses u JOIN artifacts a ON a.number = u.artifact WHERE "
            "u.execution = ?");
        select->bind(1, execution.record.id.number());
        while (select->executeStep()) execution.artifacts.push_back(hash_in(select->getColumn(0)));
    }

    void read_journal(Execution& execution) {
        const bool has_head = !execution.journal.empty();
        std::optional<JournalChain> chain;
        if (has_head)
            check_chain(execution, chain, execution.journal.front(), "executions",
                        execution.record.id.number());
        const auto select = statements_.use(std::string("SELECT number, first_sequence, chunk, ") +
                                            (schema_ >= first_with_chain ? "chain" : "NULL") +
                                            " FROM journal WHERE execution = ? ORDER BY number");
        select->bind(1, execution.record.id.number());
        while (select->executeStep()) {
            const auto row = select->getColumn(0).getInt64();
            if (has_head && execution.journal.size() == 1)
                execution.findings.push_back(
                    {"journal_doubled", "the execution has its journal in its own row already",
                     "journal", row, execution.record.id, std::nullopt});
            execution.journal.push_back(
                {static_cast<std::uint64_t>(select->getColumn(1).getInt64()),
                 blob_of(select->getColumn(2)), store::chain_of(select->getColumn(3))});
            check_chain(execution, chain, execution.journal.back(), "journal", row);
        }
    }

    /// Moves `chain` on over `chunk`. A link that an older version did not write is computed, but
    /// must not follow one that was written.
    void check_chain(Execution& execution, std::optional<JournalChain>& chain,
                     const JournalChunk& chunk, const char* table, std::int64_t row) {
        const bool linked_before = chain && chunk.first_sequence > 1 && linked_;
        chain = hash_.next(chain, execution.record.id, chunk.chunk);
        linked_ = chunk.chain.has_value();
        if (!chunk.chain && !linked_before) return;
        if (chunk.chain == chain) return;
        execution.findings.push_back(
            {"chain_broken",
             "the hash chain breaks here: this chunk, one before it or the recorded hash was "
             "changed",
             table, row, execution.record.id, chunk.first_sequence});
        chain = chunk.chain ? chunk.chain : chain;  // one report a break
    }

    void read_holds(Execution& execution) {
        const auto select =
            statements_.use("SELECT run, kind, due_ms FROM holds WHERE execution = ? ORDER BY run");
        select->bind(1, execution.record.id.number());
        while (select->executeStep()) {
            ExpectedHold hold;
            hold.run = select->getColumn(0).getInt64();
            hold.kind = static_cast<HoldKind>(select->getColumn(1).getInt());
            if (!select->getColumn(2).isNull())
                hold.due = store::time_from(select->getColumn(2).getInt64());
            execution.holds.push_back(hold);
        }
    }

    static void note(Execution& execution, std::string code, std::string message) {
        execution.findings.push_back({std::move(code), std::move(message), "executions",
                                      execution.record.id.number(), execution.record.id,
                                      std::nullopt});
    }

    SQLite::Database database_;
    store::StatementCache statements_{database_};
    store::ChainHash hash_;
    std::int32_t schema_ = 0;
    bool linked_ = false;  // the chunk before had a recorded chain
};

Inspection::Inspection(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Inspection::~Inspection() = default;

result<std::unique_ptr<Inspection>> Inspection::open(const std::filesystem::path& path) {
    std::error_code failed;
    if (!std::filesystem::exists(path, failed))
        return Error{"store_not_found", "There is no data file " + path.string() + ".", {}};
    if (!std::filesystem::is_regular_file(path, failed))
        return store::not_recognized(path.string(), "is not a file");
    try {
        auto made = std::make_unique<Implementation>(path);
        auto refused = made->guarded([&] { return made->accept(); });
        if (refused) return *std::move(refused);
        return std::unique_ptr<Inspection>(new Inspection(std::move(made)));
    } catch (const ErrorException& error) {
        return error.error();
    } catch (const SQLite::Exception& exception) {
        return store::opening_error(path, exception);
    }
}

std::int32_t Inspection::schema() const {
    return implementation_->schema();
}

std::int32_t Inspection::known_schema() {
    return static_cast<std::int32_t>(store::migrations().size());
}

std::vector<Finding> Inspection::check_file(const std::function<bool()>& alive) {
    return implementation_->guarded([&] { return implementation_->check_file(alive); });
}

std::vector<Finding> Inspection::check_references() {
    return implementation_->guarded([&] { return implementation_->check_references(); });
}

std::vector<Finding> Inspection::check_artifacts(const std::function<void()>& alive) {
    return implementation_->guarded([&] { return implementation_->check_artifacts(alive); });
}

std::uint64_t Inspection::artifact_count() {
    return implementation_->guarded([&] { return implementation_->artifact_count(); });
}

std::uint64_t Inspection::execution_count() {
    return implementation_->guarded([&] { return implementation_->execution_count(); });
}

std::vector<Inspection::Execution> Inspection::executions(std::int64_t after, std::size_t limit) {
    return implementation_->guarded(
        [&] { return implementation_->executions(after, INT64_MAX, limit); });
}

std::optional<Inspection::Execution> Inspection::execution(const Uuid& id) {
    if (!store::is_storable(id)) return std::nullopt;
    auto found = implementation_->guarded(
        [&] { return implementation_->executions(id.number() - 1, id.number(), 1); });
    if (found.empty() || found.front().record.id != id) return std::nullopt;
    return std::move(found.front());
}

std::optional<WallTime> Inspection::newest() {
    return implementation_->guarded([&] { return implementation_->newest(); });
}

std::optional<RevisionRecord> Inspection::revision(std::int64_t number) {
    return implementation_->guarded([&] { return implementation_->revision(number); });
}

std::optional<FlowRecord> Inspection::flow(std::int64_t number) {
    return implementation_->guarded([&] { return implementation_->flow(number); });
}

}  // namespace sluice
