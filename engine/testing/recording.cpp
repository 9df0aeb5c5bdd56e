#include "engine/testing/recording.hpp"

#include <map>
#include <utility>

#include "engine/model/duration.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/run/timeline.hpp"

namespace sluice::testing {
namespace {

constexpr const char* secret_header = "set-cookie";

/// JSON is YAML, and one line of it is read as well as many.
std::string flow_text(const Value& value) {
    return to_json(value);
}

/// Members that say something, as `{output: 1, after: 2s}`.
class Entry {
  public:
    Entry& add(const char* key, const std::string& text) {
        text_ += (text_.empty() ? "" : ", ") + std::string(key) + ": " + text;
        return *this;
    }
    Entry& after(Milliseconds span) {
        if (span > Milliseconds(0)) add("after", format_duration(span));
        return *this;
    }
    [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

  private:
    std::string text_;
};

class Recorder {
  public:
    Recorder(const Program& program, const ExecutionRecord& execution,
             const std::vector<JournalChunk>& journal)
        : program_(program),
          execution_(execution),
          events_(decode_journal(journal)),
          timeline_(program, journal) {}

    std::string record(const std::string& flow) {
        std::string text =
            "# Recorded from execution " + execution_.id.to_string() +
            ". Its secrets are redacted: [redacted:NAME].\n"
            "# Variables of `env` are not in the journal: name those that pure nodes read.\n"
            "flow: " +
            to_json(Value(flow)) + "\ntests:\n  recorded " + execution_.id.to_string() + ":\n";
        const auto setting = [&text](const char* key, const std::string& value) {
            text += "    " + std::string(key) + ": " + value + "\n";
        };
        setting("clock", to_json(Value(to_rfc3339(execution_.created))));
        read_events();
        if (timeline_.state().input_artifact())
            text += "    # input: an artifact, which is not recorded\n";
        else
            setting("input", flow_text(timeline_.state().input()));
        if (auto trigger = parse_json(timeline_.state().trigger_json()))
            setting("trigger", flow_text(*trigger));
        if (!program_.secrets_read().names.empty()) {
            text += "    secrets:\n";
            for (const auto& name : program_.secrets_read().names)
                text += "      " + name + ": \"placeholder-for-" + name + "\"\n";
        }
        text += lists("mocks", mocks_) + lists("decide", decisions_);
        if (!signals_.empty()) {
            text += "    signals:\n";
            for (const auto& signal : signals_) text += "      - " + signal + "\n";
        }
        return text + expectation();
    }

  private:
    static std::string lists(
        const char* key,
        const std::vector<std::pair<std::string, std::vector<std::string>>>& entries) {
        if (entries.empty()) return {};
        std::string text = "    " + std::string(key) + ":\n";
        for (const auto& [node, list] : entries) {
            text += "      " + node + ":\n";
            for (const auto& entry : list) text += "        - " + entry + "\n";
        }
        return text;
    }

    static void append(std::vector<std::pair<std::string, std::vector<std::string>>>& entries,
                       const std::string& node, std::string entry) {
        for (auto& [known, list] : entries)
            if (known == node) return list.push_back(std::move(entry));
        entries.push_back({node, {std::move(entry)}});
    }

    void read_events() {
        std::map<RunNumber, const Event*> began;
        for (const auto& event : events_) {
            switch (event.kind) {
                case EventKind::node_started:
                case EventKind::node_waiting:
                    began[event.run] = &event;
                    break;
                case EventKind::node_succeeded:
                case EventKind::node_retrying:
                case EventKind::node_failed:
                    if (const auto found = began.find(event.run); found != began.end())
                        ended(*found->second, event);
                    break;
                case EventKind::hold_decided:
                    if (const auto found = began.find(event.run); found != began.end())
                        decided(*found->second, event);
                    break;
                default:
                    break;
            }
        }
    }

    void ended(const Event& begin, const Event& end) {
        const auto& node = program_.node_id(end.node);
        if (begin.kind == EventKind::node_waiting) {
            if (begin.hold != HoldKind::signal || end.text != "received") return;
            const Value* const payload = find_member(end.data, "payload");
            signals_.push_back(
                Entry()
                    .add("name", to_json(Value(begin.text)))
                    .add("key", to_json(Value(text_member(begin.data, "key"))))
                    .add("payload", flow_text(payload == nullptr ? Value(nullptr) : *payload))
                    .after(end.at - execution_.created)
                    .text());
            return;
        }
        Entry entry;
        if (end.kind == EventKind::node_succeeded) {
            if (end.text != success_outcome) entry.add("outcome", to_json(Value(end.text)));
            entry.add("output", end.artifact ? "null" : flow_text(without_cookies(end.data)));
        } else {
            Object error{{"code", text_member(end.data, "code")},
                         {"message", text_member(end.data, "message")},
                         {"retryable", end.kind == EventKind::node_retrying}};
            if (const Value* const details = find_member(end.data, "details");
                details != nullptr && !details->is_null())
                error["details"] = without_cookies(*details);
            entry.add("error", flow_text(error));
        }
        entry.after(end.at - begin.at);
        append(mocks_, node,
               entry.text() + (end.artifact ? "  # an artifact, which is not recorded" : ""));
    }

    static Value without_cookies(Value value) {
        auto* const object = value.if_object();
        Value* const headers = object == nullptr ? nullptr : object->if_contains("headers");
        if (headers != nullptr && headers->is_object()) headers->get_object().erase(secret_header);
        return value;
    }

    void decided(const Event& begin, const Event& event) {
        Entry entry;
        entry.add("outcome", text_member(event.data, "decision"))
            .add("by", to_json(Value(event.text)));
        if (const auto comment = text_member(event.data, "comment"); !comment.empty())
            entry.add("comment", to_json(Value(comment)));
        if (const Value* const form = find_member(event.data, "form");
            form != nullptr && !form->is_null())
            entry.add("form", flow_text(*form));
        append(decisions_, program_.node_id(event.node), entry.after(event.at - begin.at).text());
    }

    [[nodiscard]] std::string expectation() const {
        const auto& state = timeline_.state();
        std::string text = "    expect:\n";
        const auto status = state.ended() ? state.status() : ExecutionStatus::waiting;
        text += "      status: " + std::string(to_word(status)) + "\n";
        if (status == ExecutionStatus::succeeded && !state.result_artifact())
            text += "      output: " + flow_text(state.result()) + "\n";
        if (!state.error().is_null() && status == ExecutionStatus::failed)
            text +=
                "      error: {code: " + to_json(Value(text_member(state.error(), "code"))) + "}\n";
        std::map<NodeIndex, std::string> outcomes;
        for (const auto& run : timeline_.runs())
            if (run.status == NodeRunStatus::skipped)
                outcomes[run.node] = "skipped";
            else if (!run.outcome.empty())
                outcomes[run.node] = run.outcome;
        if (outcomes.empty()) return text;
        text += "      nodes:\n";
        for (const auto& [node, outcome] : outcomes)
            text += "        " + program_.node_id(node) + ": " + to_json(Value(outcome)) + "\n";
        return text;
    }

    const Program& program_;
    const ExecutionRecord& execution_;
    std::vector<Event> events_;
    Timeline timeline_;
    std::vector<std::pair<std::string, std::vector<std::string>>> mocks_;
    std::vector<std::pair<std::string, std::vector<std::string>>> decisions_;
    std::vector<std::string> signals_;
};

}  // namespace

std::string record_test(const Program& program, const ExecutionRecord& execution,
                        const std::vector<JournalChunk>& journal, const std::string& flow) {
    return Recorder(program, execution, journal).record(flow);
}

}  // namespace sluice::testing
