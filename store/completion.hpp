#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/async/asio.hpp"
#include "engine/async/task.hpp"

namespace sluice::store {

/// Something that the loop waits for while a thread of the store works on it. Whoever waits (a
/// coroutine, a callback) is kept, called and destroyed on the loop thread only.
class Completion {
  public:
    virtual ~Completion() = default;
    /// On the loop thread: hands the outcome to who waits.
    virtual void finish() = 0;
    /// On the loop thread, when the loop itself goes away: forgets who waits, without a call.
    virtual void abandon() noexcept = 0;

  private:
    friend class Completions;
    std::size_t position_ = 0;  // in Completions::pending_
    bool pending_ = false;
};

/// The completions of one loop: keeps each from `add` until it is finished (and the loop running
/// meanwhile), and brings outcomes from other threads to the loop in batches. It knows when the
/// loop is destroyed: what is posted after that is dropped.
class Completions : public std::enable_shared_from_this<Completions> {
  public:
    explicit Completions(asio::io_context& loop) : executor_(loop.get_executor()) {}

    /// The one of this loop.
    static std::shared_ptr<Completions> of(asio::io_context& loop);

    /// On the loop thread.
    void add(std::shared_ptr<Completion> completion);
    /// On the loop thread: `completion` is over; it is finished no more.
    void remove(Completion& completion);
    [[nodiscard]] std::size_t waiting() const noexcept { return pending_.size(); }
    [[nodiscard]] Executor executor() const noexcept { return executor_; }

    /// From any thread: finishes all of them in one turn of the loop.
    void post(std::vector<std::shared_ptr<Completion>> batch);

    /// On the loop thread, by the loop's destructor.
    void end() noexcept;

  private:
    void finish(std::vector<std::shared_ptr<Completion>>& batch);

    Executor executor_;
    std::vector<std::shared_ptr<Completion>> pending_;                 // loop thread
    std::optional<asio::executor_work_guard<Executor>> keep_running_;  // loop thread
    std::mutex mutex_;  // held while posting, so that the loop cannot go away meanwhile
    bool ended_ = false;
};

}  // namespace sluice::store
