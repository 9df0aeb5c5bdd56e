#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/model/event.hpp"

namespace sluice {

struct LiveExecution;

/// What happens, for those who look on: every committed piece of every journal (of executions with
/// durability `none`: every piece), in the order of its commit, on the loop thread. Pieces of one
/// execution come without gaps as long as it is in this process. Loop thread only.
class EventFeed {
  public:
    /// Called with the execution as it is now, which may be further than the events.
    using Observer = std::function<void(const LiveExecution&, const std::vector<Event>&)>;

    struct Subscriber {
        Observer observe;
        bool ended = false;
    };
    /// Ends with this object; it may end within a call of its observer.
    class Subscription {
      public:
        Subscription() = default;
        Subscription(Subscription&&) noexcept = default;
        Subscription& operator=(Subscription&& other) noexcept {
            std::swap(subscriber_, other.subscriber_);
            return *this;
        }
        ~Subscription() {
            if (subscriber_) subscriber_->ended = true;
        }

      private:
        friend class EventFeed;
        explicit Subscription(std::shared_ptr<Subscriber> subscriber)
            : subscriber_(std::move(subscriber)) {}
        std::shared_ptr<Subscriber> subscriber_;
    };

    [[nodiscard]] Subscription subscribe(Observer observer);

    /// Nobody looks on: whoever would publish need not decode anything.
    [[nodiscard]] bool empty() const { return subscribers_.empty(); }
    void publish(const LiveExecution& execution, const std::vector<Event>& events);

  private:
    std::vector<std::shared_ptr<Subscriber>> subscribers_;
};

}  // namespace sluice
