#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/async/timer_queue.hpp"

namespace sluice::http {

/// What a connection waits for; each has one timeout for all connections.
enum class Wait : std::uint8_t {
    none,
    head,
    body,
    idle,
    write,
    linger,
    silence,  ///< of the peer of a WebSocket, until it is pinged
    pong,
    closing  ///< of a WebSocket
};

inline constexpr std::size_t wait_count = 9;

/// The deadlines of all connections. As every kind of wait has one length, a list for each kind is
/// in order of time by itself, and moving a connection to another list is all that a request costs:
/// no timer, no allocation. One timer is armed for the first of all, lazily: it may find nothing
/// due. Without connections there is none.
class Deadlines {
  public:
    /// A connection's place in the lists.
    class Entry {
      public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        [[nodiscard]] Wait wait() const { return wait_; }

      protected:
        virtual ~Entry() = default;
        /// The wait has taken too long. The entry waits for nothing when this is called.
        virtual void expired(Wait wait) = 0;

      private:
        friend class Deadlines;
        Entry* previous_ = nullptr;
        Entry* next_ = nullptr;
        SteadyTime due_{};
        Wait wait_ = Wait::none;
    };

    using Timeouts = std::array<std::chrono::milliseconds, wait_count>;

    /// `timers` and `clock` outlive this. `timeouts` is indexed by `Wait`.
    Deadlines(timer_queue& timers, const Clock& clock, const Timeouts& timeouts);
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;
    ~Deadlines() { disarm(); }

    /// `entry` waits from `now` on. Destroy it only after `clear`.
    void set(Entry& entry, Wait wait, SteadyTime now) {
        unlink(entry);
        if (wait == Wait::none) return;
        link(entry, wait, now + timeouts_[static_cast<std::size_t>(wait)]);
    }
    void clear(Entry& entry) { unlink(entry); }

    /// Takes the timer away; called when the last connection has gone.
    void disarm();

  private:
    struct List {
        Entry* first = nullptr;
        Entry* last = nullptr;
    };

    void link(Entry& entry, Wait wait, SteadyTime due);
    void unlink(Entry& entry);
    void arm(SteadyTime due);
    void sweep();

    timer_queue& timers_;
    const Clock& clock_;
    Timeouts timeouts_;
    std::array<List, wait_count> lists_{};
    std::optional<timer_queue::Handle> armed_;
};

}  // namespace sluice::http
