#include "store/completion.hpp"

#include <utility>

namespace sluice::store {
namespace {

/// Lives inside the loop, so that the loop's destructor tells us.
class LoopEnd final : public asio::execution_context::service {
  public:
    using key_type = LoopEnd;
    static asio::execution_context::id id;

    explicit LoopEnd(asio::execution_context& context)
        : service(context),
          completions(std::make_shared<Completions>(static_cast<asio::io_context&>(context))) {}

    void shutdown() override { completions->end(); }

    std::shared_ptr<Completions> completions;
};

asio::execution_context::id LoopEnd::id;

}  // namespace

std::shared_ptr<Completions> Completions::of(asio::io_context& loop) {
    return asio::use_service<LoopEnd>(static_cast<asio::execution_context&>(loop)).completions;
}

void Completions::add(std::shared_ptr<Completion> completion) {
    if (!keep_running_) keep_running_.emplace(executor_);
    completion->position_ = pending_.size();
    completion->pending_ = true;
    pending_.push_back(std::move(completion));
}

void Completions::remove(Completion& completion) {
    if (!completion.pending_) return;
    completion.pending_ = false;
    const auto position = completion.position_;
    // Held until the end: it may be the last owner.
    const auto removed = std::exchange(pending_[position], std::move(pending_.back()));
    if (position + 1 < pending_.size()) pending_[position]->position_ = position;
    pending_.pop_back();
    if (pending_.empty()) keep_running_.reset();
}

void Completions::post(std::vector<std::shared_ptr<Completion>> batch) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    asio::post(executor_, [self = shared_from_this(), batch = std::move(batch)]() mutable {
        self->finish(batch);
    });
}

void Completions::finish(std::vector<std::shared_ptr<Completion>>& batch) {
    for (std::size_t at = 0; at < batch.size(); ++at) {
        const auto completion = std::move(batch[at]);
        if (!completion->pending_) continue;  // cancelled meanwhile
        remove(*completion);
        try {
            completion->finish();
        } catch (...) {
            // The exception ends this turn of the loop, not the completions behind it.
            batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(at) + 1);
            if (!batch.empty()) post(std::move(batch));
            throw;
        }
    }
}

void Completions::end() noexcept {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    const auto pending = std::exchange(pending_, {});
    for (const auto& completion : pending) {
        completion->pending_ = false;
        completion->abandon();
    }
    keep_running_.reset();
}

}  // namespace sluice::store
