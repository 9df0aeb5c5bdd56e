#include "http/dialects/flowengine/events.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "http/dialects/flowengine/catalogue.hpp"
#include "http/dialects/flowengine/render.hpp"
#include "http/dialects/flowengine/typed_value.hpp"

namespace sluice::http::flowengine {
namespace {

/// Executions whose beginnings of nodes are remembered. Beyond that durations are told as 0.
constexpr std::size_t most_remembered = 100'000;

Object node_event(std::string_view type, const LiveExecution& execution, const Event& event) {
    return Object{{"type", type},
                  {"execution_id", execution.id.to_string()},
                  {"node_id", execution.program->node_id(event.node)}};
}

Object stamped(Object event, WallTime at) {
    event["timestamp"] = timestamp(at);
    return event;
}

/// What a line of an execution's log is here. Lines of programs say which stream they came from;
/// other kinds are told by their fields: {percent} and {port, value}.
Object kind_of_line(const Event& event) {
    const std::string stream = text_member(event.data, "stream");
    if (stream == "stdout") return {{"event_type", "StdoutLine"}, {"line", event.text}};
    if (stream == "stderr") return {{"event_type", "StderrLine"}, {"line", event.text}};
    if (const Value* const percent = find_member(event.data, "percent");
        percent != nullptr && percent->is_number())
        return {{"event_type", "Progress"}, {"percent", *percent}, {"message", event.text}};
    const Value* const value = find_member(event.data, "value");
    if (const std::string port = text_member(event.data, "port"); !port.empty() && value != nullptr)
        return {{"event_type", "Data"}, {"port", port}, {"value", to_wire(*value)}};
    const bool warning = event.level == LogLevel::warn || event.level == LogLevel::error;
    return {{"event_type", warning ? "Warning" : "Info"}, {"message", event.text}};
}

}  // namespace

void EventStream::join(const std::shared_ptr<WebSocket>& subscriber) {
    if (subscribers_.empty())
        subscription_ = engine_.scheduler().events().subscribe(
            [this](const LiveExecution& execution, const std::vector<Event>& events) {
                show(execution, events);
            });
    subscribers_.push_back(subscriber);
    subscriber->on_text([](std::string_view) {});  // nothing that a client says matters
    subscriber->on_closed([this, gone = subscriber.get()] { leave(gone); });
}

void EventStream::leave(const WebSocket* subscriber) {
    std::erase_if(subscribers_, [&](const auto& one) { return one.get() == subscriber; });
    if (!subscribers_.empty()) return;
    subscription_ = {};
    begun_.clear();
}

void EventStream::show(const LiveExecution& execution, const std::vector<Event>& events) {
    for (const auto& event : events) show(execution, event);
}

void EventStream::show(const LiveExecution& execution, const Event& event) {
    switch (event.kind) {
        case EventKind::execution_started:
            send(stamped({{"type", "WorkflowStarted"},
                          {"execution_id", execution.id.to_string()},
                          {"workflow_id", execution.program->identity().flow.to_string()}},
                         event.at));
            return;
        case EventKind::node_started:
        case EventKind::node_waiting:
            begin(execution, event);
            return;
        case EventKind::node_succeeded:
            show_output(execution, event);
            return;
        case EventKind::node_retrying: {
            Object shown = node_event("NodeEvent", execution, event);
            shown["event"] = Object{
                {"event_type", "Warning"},
                {"message", "Attempt " + std::to_string(event.attempt) +
                                " failed: " + text_member(event.data, "message") + "; again in " +
                                std::to_string((event.due - event.at).count()) + " ms"}};
            send(stamped(std::move(shown), event.at));
            return;
        }
        case EventKind::node_failed: {
            begin(execution, event);
            Object shown = node_event("NodeFailed", execution, event);
            shown["error"] = text_member(event.data, "message");
            send(stamped(std::move(shown), event.at));
            return;
        }
        case EventKind::log_written:
            show_log(execution, event);
            return;
        case EventKind::execution_ended:
            begun_.erase(execution.id);
            send(stamped({{"type", "WorkflowCompleted"},
                          {"execution_id", execution.id.to_string()},
                          {"success", event.status == ExecutionStatus::succeeded},
                          {"duration_ms", (event.at - execution.created).count()}},
                         event.at));
            return;
        default:
            return;  // what this API has no event for
    }
}

void EventStream::begin(const LiveExecution& execution, const Event& event) {
    if (begun_.size() >= most_remembered && !begun_.contains(execution.id)) return;
    if (!begun_[execution.id].try_emplace(event.run, event.at).second) return;
    const Node& node = execution.program->graph().nodes[event.node];
    Object shown = node_event("NodeStarted", execution, event);
    shown["node_type"] = client_type(node.type);
    send(stamped(std::move(shown), event.at));
}

WallTime EventStream::begun_at(const LiveExecution& execution, const Event& event) const {
    const auto runs = begun_.find(execution.id);
    if (runs == begun_.end()) return event.at;
    const auto run = runs->second.find(event.run);
    return run == runs->second.end() ? event.at : run->second;
}

void EventStream::show_log(const LiveExecution& execution, const Event& event) {
    if (event.node == no_node) return;
    begin(execution, event);
    Object shown = node_event("NodeEvent", execution, event);
    shown["event"] = kind_of_line(event);
    send(stamped(std::move(shown), event.at));
}

void EventStream::show_output(const LiveExecution& execution, const Event& event) {
    begin(execution, event);
    Object shown = node_event("NodeCompleted", execution, event);
    // A large value is in memory still when its event is told, unless the process was restarted.
    const Value* const large = event.artifact ? execution.state.output(event.node) : nullptr;
    shown["outputs"] = outputs(large == nullptr ? event.data : *large);
    shown["duration_ms"] = (event.at - begun_at(execution, event)).count();
    send(stamped(std::move(shown), event.at));
}

void EventStream::send(const Object& event) {
    const auto text = std::make_shared<const std::string>(to_json(event));
    // Sending may drop a subscriber, which takes it out of the list.
    const auto subscribers = subscribers_;
    for (const auto& subscriber : subscribers) subscriber->send(text);
}

}  // namespace sluice::http::flowengine
