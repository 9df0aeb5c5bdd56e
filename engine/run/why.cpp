#include "engine/run/why.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/nodes/http_url.hpp"

namespace sluice {
namespace {

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::string at_most_until(const std::optional<WallTime>& until) {
    return until ? ", at the latest until " + to_rfc3339(*until) : "";
}

class Explainer {
  public:
    Explainer(const Program& program, const ExecutionState& state, const std::vector<NodeRun>& runs,
              const Circumstances& circumstances)
        : program_(program),
          state_(state),
          runs_(runs),
          circumstances_(circumstances),
          path_("/api/v1/executions/" + circumstances.id.to_string()) {}

    Explanation explain() {
        Explanation explanation;
        explanation.execution = circumstances_.id;
        explanation.status = state_.status();
        if (state_.ended()) {
            add(ended());
        } else {
            if (const auto& timeout = program_.settings().timeout)
                explanation.deadline = circumstances_.created + *timeout;
            if (state_.ending_as()) add(ending());
            if (const auto& paused = state_.paused()) add(pause(*paused));
            if (const auto& queued = state_.queued()) add(slot(*queued));
            if (const auto& wait = circumstances_.suspect) add(suspect(*wait));
            for (const auto& activation : state_.active())
                if (activation.phase != RunPhase::inside) add(of_run(activation));
            if (count_ == 0) add(going_on());
        }
        explanation.reasons = std::move(reasons_);
        explanation.more = count_ - explanation.reasons.size();
        explanation.summary = explanation.reasons.front().message;
        if (count_ > 1)
            explanation.summary += "; and " + std::to_string(count_ - 1) + " more of " +
                                   std::to_string(count_) + " reasons";
        return explanation;
    }

  private:
    void add(Reason reason) {
        if (++count_ <= most_reasons) reasons_.push_back(std::move(reason));
    }

    [[nodiscard]] Remedy cancel() const {
        return {"POST", path_ + "/cancel", Object{{"reason", "..."}}, "ends it as cancelled"};
    }

    [[nodiscard]] Remedy decision(RunNumber run, Object body, std::string does) const {
        return {"POST", path_ + "/holds/" + std::to_string(run) + "/decision", std::move(body),
                std::move(does)};
    }

    Reason ended() const {
        const auto status = state_.status();
        Reason reason{"ended", "it has ended as " + std::string(to_word(status)), ""};
        if (circumstances_.ended) {
            reason.since = circumstances_.ended;
            reason.message += " at " + to_rfc3339(*circumstances_.ended);
        }
        if (status == ExecutionStatus::succeeded) {
            reason.message += "; it waits for nothing";
            return reason;
        }
        reason.message += ": " + described(state_.error());
        reason.details["error"] = state_.error();
        return reason;
    }

    Reason ending() const {
        const auto running =
            std::count_if(state_.active().begin(), state_.active().end(),
                          [](const Activation& run) { return run.phase == RunPhase::running; });
        Reason reason{"ending",
                      "it is ending as " + std::string(to_word(*state_.ending_as())) +
                          ", and waits for " + std::to_string(running) + " running " +
                          (running == 1 ? "node" : "nodes") + " to stop",
                      "service"};
        reason.details["reason"] = text_member(state_.error(), "message");
        reason.remedies.push_back({"POST", path_ + "/kill", {}, "ends it without waiting"});
        return reason;
    }

    Reason pause(const Standstill& paused) const {
        Reason reason{"pause",
                      "it is paused since " + to_rfc3339(paused.since) +
                          (paused.reason.empty() ? "" : ": " + paused.reason) +
                          "; no further node begins",
                      "people"};
        reason.since = paused.since;
        reason.details["reason"] = paused.reason;
        reason.remedies.push_back({"POST", path_ + "/resume", {}, "lets it go on"});
        reason.remedies.push_back(cancel());
        return reason;
    }

    Reason slot(const Queued& queued) const {
        Reason reason{"slot", "it is queued since " + to_rfc3339(queued.since), "executions"};
        reason.since = queued.since;
        reason.details["limit"] = queued.reason;
        reason.details["cause"] = to_word(queued.cause);
        if (queued.cause == QueueCause::debounce) {
            reason.resolved_by = "time";
            reason.until = queued.due;
            reason.message += " until " + to_rfc3339(queued.due) + " by " + queued.reason +
                              ": it begins then, unless another start comes before";
        } else {
            reason.message +=
                " for a place under " + (queued.reason.empty() ? "a limit" : queued.reason);
        }
        if (const auto& wait = circumstances_.wait) tell_queue(*wait, reason);
        reason.remedies.push_back(cancel());
        return reason;
    }

    Reason suspect(const Suspects::Wait& wait) const {
        Reason reason{"suspect",
                      "it was interrupted " + std::to_string(state_.recoveries()) +
                          " times without any progress, so it goes on alone, after all others",
                      "executions"};
        if (wait.now) reason.message += "; " + wait.now->to_string() + " does so now";
        reason.message += "; " + std::to_string(wait.ahead) +
                          (wait.ahead == 1 ? " more is before it" : " more are before it");
        reason.details["recoveries"] = state_.recoveries();
        reason.details["recoveries_alone"] = state_.recoveries_alone();
        reason.details["ahead"] = wait.ahead;
        reason.details["now"] = wait.now ? Value(wait.now->to_string()) : Value(nullptr);
        reason.remedies.push_back(cancel());
        return reason;
    }

    [[nodiscard]] bool goes_on_later() const {
        return state_.standing_still() || circumstances_.suspect;
    }

    static void tell_queue(const Admission::Wait& wait, Reason& reason) {
        Array holders;
        for (const auto& holder : wait.held_by) holders.push_back(Value(holder.to_string()));
        if (!holders.empty()) {
            const std::string first = wait.held_by.front().to_string();
            reason.message += ", held by " + first;
            if (holders.size() > 1)
                reason.message += " and " + std::to_string(holders.size() - 1) + " more";
            reason.remedies.push_back({"POST",
                                       "/api/v1/executions/" + first + "/cancel",
                                       {},
                                       "ends one that holds a place"});
        }
        reason.details["held_by"] = std::move(holders);
        reason.message += "; " + std::to_string(wait.ahead) +
                          (wait.ahead == 1 ? " is before it" : " are before it");
        reason.details["ahead"] = wait.ahead;
    }

    static Reason going_on() {
        return {"ready", "it waits for nothing: it goes on in the next turn", "time"};
    }

    Reason of_run(const Activation& run) const {
        Reason reason;
        reason.node = run.node;
        reason.run = run.run;
        if (run.due != WallTime{} && run.parked()) reason.until = run.due;
        const NodeRun* const known = attempt_of(run);
        if (known != nullptr && run.phase != RunPhase::retrying) reason.since = known->started;
        switch (run.phase) {
            case RunPhase::ready:
                ready(reason);
                break;
            case RunPhase::running:
                running(run, reason);
                break;
            case RunPhase::retrying:
                retrying(run, known, reason);
                break;
            case RunPhase::waiting:
                waiting(run, reason);
                break;
            case RunPhase::inside:
                break;  // what runs in it has reasons of its own
        }
        return reason;
    }

    [[nodiscard]] const NodeRun* attempt_of(const Activation& run) const {
        for (auto known = runs_.rbegin(); known != runs_.rend(); ++known)
            if (known->run == run.run && known->node == run.node && known->attempt == run.attempt &&
                known->started)
                return &*known;
        return nullptr;
    }

    [[nodiscard]] std::string name_of(NodeIndex node) const {
        return "node " + quoted(program_.node_id(node)) + " (" + program_.graph().nodes[node].type +
               ")";
    }

    [[nodiscard]] std::uint32_t attempts_of(NodeIndex node) const {
        return program_.graph().nodes[node].retry.attempts;
    }

    void ready(Reason& reason) const {
        reason.what = "ready";
        reason.resolved_by = state_.standing_still() ? "people" : "executions";
        reason.message = name_of(*reason.node) + " is ready";
        const auto& most = program_.settings().max_parallel;
        if (goes_on_later())
            reason.message += " and begins when the execution goes on";
        else
            reason.message +=
                " and begins in its turn" +
                (most ? ": the flow's `max_parallel` is " + std::to_string(*most) : std::string());
    }

    void running(const Activation& run, Reason& reason) const {
        if (circumstances_.suspect) {
            reason.what = "ready";
            reason.resolved_by = "executions";
            reason.attempt = run.attempt;
            reason.message =
                name_of(run.node) + " was interrupted, and begins again when the execution goes on";
            return;
        }
        reason.what = "running";
        reason.resolved_by = "service";
        reason.attempt = run.attempt;
        reason.message = name_of(run.node) + " is running" +
                         (reason.since ? " since " + to_rfc3339(*reason.since) : "") +
                         of_attempts(run.attempt, run.node);
        const auto& timeout = program_.graph().nodes[run.node].timeout;
        if (timeout && reason.since) {
            reason.until = *reason.since + *timeout;
            reason.message += at_most_until(reason.until);
        }
        reason.details["attempts"] = attempts_of(run.node);
        reason.remedies.push_back(cancel());
    }

    [[nodiscard]] std::string of_attempts(std::uint32_t attempt, NodeIndex node) const {
        if (attempts_of(node) <= 1 && attempt == 1) return "";
        return ", attempt " + std::to_string(attempt) + " of " + std::to_string(attempts_of(node));
    }

    void retrying(const Activation& run, const NodeRun* failed, Reason& reason) const {
        reason.what = to_word(HoldKind::retry);
        reason.resolved_by = "time";
        reason.attempt = run.attempt + 1;
        if (failed != nullptr && failed->status != NodeRunStatus::retrying) failed = nullptr;
        if (failed != nullptr) reason.since = failed->ended;
        reason.message = name_of(run.node) + " failed" +
                         (failed == nullptr ? "" : " with " + described(failed->error)) +
                         "; attempt " + std::to_string(run.attempt + 1) + " of " +
                         std::to_string(attempts_of(run.node)) + " begins at " +
                         to_rfc3339(run.due);
        reason.details["attempts"] = attempts_of(run.node);
        if (failed != nullptr) reason.details["error"] = failed->error;
        reason.remedies.push_back(cancel());
    }

    static std::string described(const Value& error) {
        const std::string code = text_member(error, "code");
        return code.empty() ? to_json(error) : code + ": " + text_member(error, "message");
    }

    void waiting(const Activation& run, Reason& reason) const {
        reason.what = to_word(run.hold);
        const OpenHold* const hold = state_.hold(run.run);
        if (hold != nullptr) reason.since = hold->since;
        if (hold != nullptr && hold->kind == HoldKind::approval)
            approval(*hold, reason);
        else if (hold != nullptr && hold->kind == HoldKind::signal)
            signal(*hold, reason);
        else if (hold != nullptr && hold->kind == HoldKind::interrupt)
            interrupt(*hold, reason);
        else
            timer(reason);
        reason.remedies.push_back(cancel());
    }

    void timer(Reason& reason) const {
        reason.resolved_by = "time";
        reason.message = name_of(*reason.node) + " waits" +
                         (reason.until ? " until " + to_rfc3339(*reason.until) : "");
    }

    /// The names that may still decide; empty: anybody.
    static Array remaining(const OpenHold& hold) {
        Array names;
        const Value* const listed = hold.details.as_object().if_contains("approvers");
        if (listed == nullptr || !listed->is_array()) return names;
        for (const auto& name : listed->get_array())
            if (std::none_of(hold.decisions.begin(), hold.decisions.end(),
                             [&name](const Value& decision) { return decision.at("by") == name; }))
                names.push_back(name);
        return names;
    }

    void approval(const OpenHold& hold, Reason& reason) const {
        const auto quorum = hold.details.at("quorum").to_number<std::int64_t>();
        const auto given = std::count_if(
            hold.decisions.begin(), hold.decisions.end(),
            [](const Value& decision) { return text_member(decision, "decision") == "approved"; });
        const auto missing = quorum - given;
        const Array names = remaining(hold);
        std::string who;
        for (const auto& name : names)
            who += (who.empty() ? "" : ", ") + std::string(name.as_string());
        reason.resolved_by = "people";
        reason.message = name_of(*reason.node) + " waits for " + std::to_string(missing) + " of " +
                         std::to_string(quorum) + (quorum == 1 ? " approval" : " approvals") +
                         " by " + (who.empty() ? "anybody" : who) + ": \"" +
                         text_member(hold.details, "message") + "\"" + at_most_until(reason.until);
        reason.details = hold.details.as_object();
        reason.details["missing"] = missing;
        reason.details["waiting_for"] = names;
        reason.details["decisions"] = hold.decisions;
        const Value by = names.empty() ? Value("NAME") : names.front();
        reason.remedies.push_back(
            decision(hold.run, {{"decision", "approved"}, {"by", by}}, "approves"));
        reason.remedies.push_back(
            decision(hold.run, {{"decision", "rejected"}, {"by", by}}, "rejects"));
    }

    void signal(const OpenHold& hold, Reason& reason) const {
        const std::string key = text_member(hold.details, "key");
        reason.resolved_by = "signal";
        reason.message = name_of(*reason.node) + " waits for the signal " + quoted(hold.name) +
                         (key.empty() ? " without a key" : " with key " + quoted(key)) +
                         at_most_until(reason.until);
        reason.details["signal"] = hold.name;
        reason.details["key"] = key;
        reason.remedies.push_back({"POST", "/api/v1/signals/" + encode_path_segment(hold.name),
                                   Object{{"key", key}, {"payload", nullptr}}, "sends it"});
    }

    void interrupt(const OpenHold& hold, Reason& reason) const {
        reason.resolved_by = "operator";
        reason.message =
            name_of(*reason.node) + " was interrupted: " + text_member(hold.details, "message");
        reason.remedies.push_back(
            decision(hold.run, {{"decision", "retry"}}, "runs the node again"));
        reason.remedies.push_back(decision(hold.run, {{"decision", "fail"}}, "fails the node"));
    }

    const Program& program_;
    const ExecutionState& state_;
    const std::vector<NodeRun>& runs_;
    const Circumstances& circumstances_;
    std::string path_;
    std::vector<Reason> reasons_;
    std::size_t count_ = 0;
};

Value time_value(const std::optional<WallTime>& time) {
    return time ? Value(to_rfc3339(*time)) : Value(nullptr);
}

Value to_value(const Reason& reason, const Program& program) {
    Object object{{"what", reason.what}, {"message", reason.message}};
    object["node"] = reason.node ? Value(program.node_id(*reason.node)) : Value(nullptr);
    object["run"] = reason.run ? Value(*reason.run) : Value(nullptr);
    object["attempt"] = reason.attempt ? Value(*reason.attempt) : Value(nullptr);
    object["since"] = time_value(reason.since);
    object["until"] = time_value(reason.until);
    object["resolved_by"] = reason.resolved_by.empty() ? Value(nullptr) : Value(reason.resolved_by);
    object["details"] = reason.details;
    Array remedies;
    for (const auto& remedy : reason.remedies)
        remedies.push_back(Object{{"method", remedy.method},
                                  {"path", remedy.path},
                                  {"body", remedy.body},
                                  {"does", remedy.does}});
    object["remedies"] = std::move(remedies);
    return object;
}

}  // namespace

Explanation explain(const Program& program, const ExecutionState& state,
                    const std::vector<NodeRun>& runs, const Circumstances& circumstances) {
    return Explainer(program, state, runs, circumstances).explain();
}

Value to_value(const Explanation& explanation, const Program& program) {
    Array reasons;
    for (const auto& reason : explanation.reasons) reasons.push_back(to_value(reason, program));
    return Object{{"execution_id", explanation.execution.to_string()},
                  {"flow", program.definition().name},
                  {"status", to_word(explanation.status)},
                  {"summary", explanation.summary},
                  {"deadline", time_value(explanation.deadline)},
                  {"waiting_for", std::move(reasons)},
                  {"more", explanation.more}};
}

}  // namespace sluice
