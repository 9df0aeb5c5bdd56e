#include "engine/run/event_feed.hpp"

namespace sluice {

EventFeed::Subscription EventFeed::subscribe(Observer observer) {
    auto subscriber = std::make_shared<Subscriber>(std::move(observer));
    subscribers_.push_back(subscriber);
    return Subscription(std::move(subscriber));
}

void EventFeed::publish(const LiveExecution& execution, const std::vector<Event>& events) {
    // Observers may subscribe and unsubscribe meanwhile: by index, and swept afterwards.
    for (std::size_t at = 0; at < subscribers_.size(); ++at) {
        const auto subscriber = subscribers_[at];
        if (!subscriber->ended) subscriber->observe(execution, events);
    }
    std::erase_if(subscribers_, [](const auto& subscriber) { return subscriber->ended; });
}

}  // namespace sluice
