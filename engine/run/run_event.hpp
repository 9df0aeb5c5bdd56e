#pragma once

#include "engine/model/event.hpp"
#include "engine/run/execution_state.hpp"

namespace sluice {

/// An event about the execution as a whole.
[[nodiscard]] inline Event event_of(EventKind kind, WallTime at) {
    Event event;
    event.kind = kind;
    event.at = at;
    return event;
}

/// An event about one run of a node.
[[nodiscard]] inline Event event_of(EventKind kind, const Activation& activation, WallTime at) {
    Event event = event_of(kind, at);
    event.node = activation.node;
    event.run = activation.run;
    event.attempt = activation.attempt;
    return event;
}

}  // namespace sluice
