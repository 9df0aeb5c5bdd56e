#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/engine.hpp"
#include "http/server/web_socket.hpp"

namespace sluice::http::flowengine {

/// The live events of this API (rows S2-31 to S2-38, decision D-15): every subscriber is sent what
/// happens in all executions, as JSON texts tagged by `type`. A subscriber that does not keep up is
/// dropped. While nobody subscribes nothing is looked at. Loop thread only.
class EventStream {
  public:
    /// `engine` outlives the stream.
    explicit EventStream(Engine& engine) : engine_(engine) {}
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    void join(const std::shared_ptr<WebSocket>& subscriber);

  private:
    using Begun = std::map<RunNumber, WallTime>;

    void show(const LiveExecution& execution, const std::vector<Event>& events);
    void show(const LiveExecution& execution, const Event& event);
    void show_log(const LiveExecution& execution, const Event& event);
    void show_output(const LiveExecution& execution, const Event& event);
    /// Tells that a run began, once.
    void begin(const LiveExecution& execution, const Event& event);
    [[nodiscard]] WallTime begun_at(const LiveExecution& execution, const Event& event) const;
    void send(const Object& event);
    void leave(const WebSocket* subscriber);

    Engine& engine_;
    std::vector<std::shared_ptr<WebSocket>> subscribers_;
    EventFeed::Subscription subscription_;
    std::unordered_map<Uuid, Begun> begun_;  // of executions that have not ended
};

}  // namespace sluice::http::flowengine
