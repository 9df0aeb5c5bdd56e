#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/commands.hpp"
#include "app/data_file.hpp"
#include "app/dialects.hpp"
#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"
#include "engine/run/verification.hpp"
#include "store/inspection.hpp"

namespace sluice::app {
namespace {

constexpr std::size_t executions_a_page = 200;

/// Where a finding is, as one line: `journal row 17, execution 019a..., event 12`.
std::string place_of(const Finding& finding) {
    std::string place;
    const auto add = [&place](const std::string& part) {
        if (!place.empty()) place += ", ";
        place += part;
    };
    if (!finding.table.empty())
        add(finding.table + (finding.row ? " row " + std::to_string(*finding.row) : ""));
    if (finding.execution) add("execution " + finding.execution->to_string());
    if (finding.event) add("event " + std::to_string(*finding.event));
    return place.empty() ? "the file" : place;
}

Value value_of(const Finding& finding) {
    Object value{{"code", finding.code}, {"message", finding.message}};
    if (!finding.table.empty()) value["table"] = finding.table;
    if (finding.row) value["row"] = *finding.row;
    if (finding.execution) value["execution"] = finding.execution->to_string();
    if (finding.event) value["event"] = *finding.event;
    return value;
}

/// Checks executions and counts; the whole file, or one.
class Verification {
  public:
    Verification(const VerifyConfiguration& configuration, Inspection& inspection)
        : configuration_(configuration), inspection_(inspection), progress_(!configuration.json) {
        add_dialects(compiler_);
    }

    /// False when the named execution is not there.
    bool run() {
        if (!configuration_.execution.empty()) return check_one();
        progress_.show("the file");
        take(inspection_.check_file([this] {
            progress_.show("the file");
            return true;
        }));
        take(inspection_.check_references());
        progress_.show("the artifacts");
        artifacts_ = inspection_.artifact_count();
        take(inspection_.check_artifacts([this] { progress_.show("the artifacts"); }));
        const auto all = inspection_.execution_count();
        std::int64_t after = 0;
        for (;;) {
            auto page = inspection_.executions(after, executions_a_page);
            if (page.empty()) break;
            after = page.back().record.id.number();
            for (auto& execution : page) check(execution);
            progress_.show(std::to_string(executions_) + " of " + std::to_string(all) +
                           " executions");
        }
        return true;
    }

    void damaged(const Error& error) { take({{error.code, error.message}}); }

    [[nodiscard]] int report(double seconds) {
        progress_.clear();
        if (configuration_.json) {
            Array findings;
            for (const auto& finding : findings_) findings.push_back(value_of(finding));
            std::printf("%s\n", to_pretty_json(Object{{"file", configuration_.data},
                                                      {"ok", findings_.empty()},
                                                      {"schema", inspection_.schema()},
                                                      {"executions", executions_},
                                                      {"events", events_},
                                                      {"artifacts", artifacts_},
                                                      {"not_folded", not_folded_},
                                                      {"findings", std::move(findings)}})
                                    .c_str());
        } else {
            for (const auto& finding : findings_)
                std::printf("%s: %s [%s]\n", place_of(finding).c_str(), finding.message.c_str(),
                            finding.code.c_str());
            for (const auto& [revision, why] : unusable_)
                std::printf("note: revision %lld %s: its executions were not folded\n",
                            static_cast<long long>(revision), why.c_str());
            std::printf("%s: %s: %llu executions, %llu events, %llu artifacts, %zu %s in %.1f s\n",
                        configuration_.data.c_str(), findings_.empty() ? "ok" : "DAMAGED",
                        static_cast<unsigned long long>(executions_),
                        static_cast<unsigned long long>(events_),
                        static_cast<unsigned long long>(artifacts_), findings_.size(),
                        findings_.size() == 1 ? "finding" : "findings", seconds);
        }
        return findings_.empty() ? exit_ok : exit_failed;
    }

  private:
    bool check_one() {
        const auto id = Uuid::parse(configuration_.execution);
        auto execution = id ? inspection_.execution(*id) : std::nullopt;
        if (!execution) return false;
        check(*execution);
        return true;
    }

    void take(std::vector<Finding> findings) {
        for (auto& finding : findings) findings_.push_back(std::move(finding));
    }

    void check(Inspection::Execution& execution) {
        ++executions_;
        take(std::move(execution.findings));
        const auto program = program_of(execution.record.revision);
        auto verdict = verify_journal(execution.record, program.get(), execution.journal);
        events_ += verdict.events;
        for (const auto& reference : verdict.artifacts)
            if (std::find(execution.artifacts.begin(), execution.artifacts.end(), reference.hash) ==
                execution.artifacts.end())
                take({{"artifact_missing",
                       "it refers to the artifact " + reference.hash.to_string() +
                           ", which is not there for it",
                       "executions", execution.record.id.number(), execution.record.id,
                       reference.event}});
        take(std::move(verdict.findings));
        if (!verdict.folded) {
            ++not_folded_;
            return;
        }
        compare_holds(execution, verdict);
    }

    /// The rows are an index over the journal: they must say what its fold says.
    void compare_holds(const Inspection::Execution& execution, const JournalVerdict& verdict) {
        const auto find = [&](const char* code, const char* message, HoldNumber run) {
            take({{code, message, "holds", run, execution.record.id, std::nullopt}});
        };
        for (const auto& hold : execution.holds) {
            if ((hold.run == deadline_hold || hold.run == place_hold) && !verdict.ended) continue;
            if (std::find(verdict.holds.begin(), verdict.holds.end(), hold) == verdict.holds.end())
                find("hold_left",
                     verdict.ended ? "the execution has ended and still has a hold"
                                   : "there is a hold that the journal does not know of",
                     hold.run);
        }
        for (const auto& hold : verdict.holds)
            if (std::find(execution.holds.begin(), execution.holds.end(), hold) ==
                execution.holds.end())
                find("hold_missing", "the journal knows of a hold that has no row", hold.run);
    }

    /// nullptr when the revision is missing (a finding) or does not compile (a note).
    std::shared_ptr<const Program> program_of(std::int64_t number) {
        const auto known = programs_.find(number);
        if (known != programs_.end()) return known->second;
        auto& program = programs_[number];
        const auto revision = inspection_.revision(number);
        if (!revision) {
            if (number != 0)
                take({{"revision_missing", "executions were run under it, and it is not there",
                       "revisions", number}});
            unusable_.emplace(number, "is not in the file");
            return program;
        }
        program = compiler_.flows().compile(source_of(*revision)).program;
        if (program == nullptr) unusable_.emplace(number, "does not compile with this version");
        return program;
    }

    const VerifyConfiguration& configuration_;
    Inspection& inspection_;
    ProgressLine progress_;
    asio::io_context loop_{1};
    Engine compiler_{loop_};
    std::map<std::int64_t, std::shared_ptr<const Program>> programs_;
    std::map<std::int64_t, std::string> unusable_;
    std::vector<Finding> findings_;
    std::uint64_t executions_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t artifacts_ = 0;
    std::uint64_t not_folded_ = 0;
};

}  // namespace

int verify(const VerifyConfiguration& configuration) {
    const auto begun = std::chrono::steady_clock::now();
    const auto inspection = Inspection::open(configuration.data);
    if (!inspection) return refuse(inspection.error());
    Verification verification(configuration, **inspection);
    try {
        if (!verification.run()) {
            std::fprintf(stderr, "sluice: there is no execution '%s' in %s\n",
                         configuration.execution.c_str(), configuration.data.c_str());
            return exit_usage;
        }
    } catch (const ErrorException& error) {
        verification.damaged(error.error());
    }
    return verification.report(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
}

}  // namespace sluice::app
