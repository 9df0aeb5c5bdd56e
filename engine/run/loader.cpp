#include "engine/run/loader.hpp"

#include <algorithm>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/run/event_codec.hpp"

namespace sluice {
namespace {

constexpr std::size_t page = 500;
constexpr std::chrono::milliseconds after_failure{1'000};

}  // namespace

Loader::Loader(Executor executor, Scheduler& scheduler, Records& records, timer_queue& timers,
               const Clock& clock, const Limits& limits, ProgramSource programs)
    : scheduler_(scheduler),
      records_(records),
      timers_(timers),
      clock_(clock),
      limits_(limits),
      programs_(std::move(programs)),
      due_(limits.due_holds_in_memory),
      work_(executor) {
    scheduler_.on_passivated([this](const DueHold& hold) {
        due_.add(hold);
        arm();
    });
    scheduler_.on_wanted(
        [this](const Uuid& id) {
            if (!stopped_) work_.spawn(wake(id));
        },
        [this](const Uuid& id, std::string reason) {
            if (!stopped_) work_.spawn(cancel(id, std::move(reason)));
        });
}

Loader::~Loader() {
    if (alarm_) timers_.cancel(*alarm_);
    scheduler_.on_passivated({});
    scheduler_.on_wanted({}, {});
}

task<std::size_t> Loader::recover(std::function<void(std::size_t)> progress) {
    recovering_ = true;
    std::size_t recovered = 0;
    const auto began = clock_.steady();
    for (std::int64_t after = 0;;) {
        auto stored = co_await records_.with_status(ExecutionStatus::running, after, page);
        if (stored.empty()) break;
        after = stored.back().record.id.number();
        for (auto& one : stored)
            if (co_await take_back(std::move(one))) ++recovered;
        if (progress) progress(recovered);
        const auto earliest =
            began + std::chrono::microseconds(recovered * 1'000'000 / limits_.recovery_rate);
        if (stored.size() == page && earliest > clock_.steady())
            co_await sleep_until(timers_, earliest);
    }
    recovering_ = false;
    recovered_ = true;
    taken_back_.clear();
    arm();
    watch_suspects();
    co_return recovered;
}

void Loader::watch_suspects() {
    if (!recovered_ || stopped_ || scheduler_.suspects().waiting() == 0) return;
    if (!std::exchange(watching_, true)) work_.spawn(recover_suspects());
}

task<void> Loader::recover_suspects() {
    try {
        co_await with_deadline(timers_, clock_.steady() + limits_.alone_bound,
                               scheduler_.recovered_have_come_on());
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
    while ((suspect_ = scheduler_.recover_next_suspect())) {
        co_await until_it_comes_on(suspect_);
        if (!suspect_->has_come_on()) scheduler_.outlived(*suspect_);
    }
    watching_ = false;
}

/// Waits until it has come on, or the process has outlived the bound with it.
task<void> Loader::until_it_comes_on(std::shared_ptr<LiveExecution> suspect) {
    std::optional<SteadyTime> bound;
    while (!suspect->has_come_on()) {
        const bool begun = suspect->comeback == LiveExecution::Comeback::over;
        if (begun && !bound) bound = clock_.steady() + limits_.alone_bound;
        if (bound && clock_.steady() >= *bound) co_return;
        // It begins when the store has written that it does; a store that fails takes its time.
        const auto look_again = bound.value_or(clock_.steady() + after_failure);
        try {
            co_await with_deadline(timers_, look_again, suspect->progress.wait());
        } catch (const system_error& error) {
            if (error.code() != asio::error::timed_out) throw;
        }
    }
}

/// Of executions that an earlier process left running, each once: what was read of it is old when
/// somebody else has brought it back since.
task<bool> Loader::take_back(StoredExecution stored) {
    const Uuid id = stored.record.id;
    if (id.number() > scheduler_.last_number_before() || requests_.contains(id) ||
        scheduler_.find(id) != nullptr || taken_back_.contains(id))
        co_return false;
    const auto wanted = std::make_shared<Request>();
    requests_.emplace(id, wanted);
    co_await restore(std::move(stored), wanted);
    answer(id);
    co_return wanted->execution != nullptr;
}

task<std::shared_ptr<LiveExecution>> Loader::summon(Uuid id) {
    if (auto live = scheduler_.find(id)) co_return live;
    const auto wanted = request(id);
    co_await wanted->done.wait();
    if (wanted->failure) throw ErrorException(*wanted->failure);
    // It may have left again while this coroutine waited for its turn.
    if (wanted->execution && wanted->execution->removed) co_return scheduler_.find(id);
    co_return wanted->execution;
}

/// One request an execution, whoever asks: it is never in memory twice.
std::shared_ptr<Loader::Request> Loader::request(const Uuid& id) {
    auto& wanted = requests_[id];
    if (wanted) return wanted;
    wanted = std::make_shared<Request>();
    queue_.push_back(id);
    if (!std::exchange(loading_, true)) work_.spawn(load_requested());
    return wanted;
}

task<void> Loader::load_requested() {
    while (!queue_.empty()) {
        const auto count = std::min(queue_.size(), page);
        const auto split = queue_.begin() + static_cast<std::ptrdiff_t>(count);
        const std::vector<Uuid> ids(queue_.begin(), split);
        queue_.erase(queue_.begin(), split);
        std::optional<Error> failure;
        std::vector<StoredExecution> stored;
        try {
            stored = co_await records_.load(ids);
        } catch (const ErrorException& error) {
            failure = error.error();
        }
        for (auto& one : stored) {
            const auto wanted = requests_.at(one.record.id);
            co_await restore(std::move(one), wanted);
        }
        for (const auto& id : ids) {
            requests_.at(id)->failure = failure ? failure : requests_.at(id)->failure;
            answer(id);
        }
    }
    loading_ = false;
}

void Loader::answer(const Uuid& id) {
    const auto found = requests_.find(id);
    const auto wanted = found->second;
    requests_.erase(found);
    wanted->done.open();
}

task<void> Loader::restore(StoredExecution stored, std::shared_ptr<Request> request) {
    const Uuid id = stored.record.id;
    if (is_finished(stored.record.status)) co_return;
    try {
        const auto program = co_await programs_(stored.record.revision);
        if (program == nullptr)
            throw ErrorException(
                Error{"revision_unusable", "its flow's revision no longer compiles", {}});
        if (recovering_) taken_back_.insert(id);
        auto input = co_await input_of_key(*program, stored);
        request->execution = scheduler_.restore(stored, program, std::move(input));
        watch_suspects();
    } catch (const ErrorException& error) {
        request->failure = error.error();
        if (failed_) failed_(id, error.error().message);
    }
}

/// Its turn has come. A store that cannot be read now is asked again.
task<void> Loader::wake(Uuid id) {
    for (bool again = true; again;) {
        again = false;
        try {
            (void)co_await summon(id);
        } catch (const ErrorException& error) {
            again = error.error().code.starts_with("store_");
        }
        if (again) co_await sleep_until(timers_, clock_.steady() + after_failure);
    }
    if (scheduler_.find(id) == nullptr) scheduler_.cannot_come(id);
}

/// The input, when it is an artifact and the key of the flow's concurrency limit is made of it.
task<std::shared_ptr<const Value>> Loader::input_of_key(const Program& program,
                                                        const StoredExecution& stored) {
    const auto* const key = program.concurrency_key();
    if (key == nullptr || key->constant() || stored.journal.empty()) co_return nullptr;
    const auto& roots = key->references().roots;
    if (std::find(roots.begin(), roots.end(), expression::Root::input) == roots.end())
        co_return nullptr;
    const auto& first = stored.journal.front();
    const auto events = decode_chunk(first.chunk, first.first_sequence);
    if (events.empty() || !events.front().artifact) co_return nullptr;
    auto value = co_await records_.artifact_value(events.front().artifact->key.hash);
    if (!value) throw ErrorException(value.error());
    co_return std::move(*value);
}

task<void> Loader::cancel(Uuid id, std::string reason) {
    try {
        if (const auto execution = co_await summon(id)) scheduler_.cancel(*execution, reason);
    } catch (const ErrorException& error) {
        if (failed_) failed_(id, error.error().message);
    }
}

void Loader::arm() {
    if (stopped_ || waking_) return;
    const auto next = due_.next();
    if (!next) return;
    const auto due = clock_.steady() + (*next - clock_.wall());
    if (alarm_ && alarm_->first <= due) return;  // too early does no harm: it arms itself anew
    look_at(due);
}

void Loader::look_at(SteadyTime due) {
    if (alarm_) timers_.cancel(*alarm_);
    alarm_ = timers_.add(due, [this] {
        alarm_.reset();
        waking_ = true;
        work_.spawn(wake_due());
    });
}

/// Asks for everything that is due; reads on in the store where the window ends.
task<void> Loader::wake_due() {
    try {
        for (;;) {
            if (due_.wants_page()) {
                due_.page_is_read();
                const auto later =
                    co_await records_.due_holds(due_.window_end(), limits_.due_holds_in_memory / 2);
                due_.add_page(later, later.size() < limits_.due_holds_in_memory / 2);
            }
            const auto holds = due_.take_due(clock_.wall(), page);
            if (holds.empty()) break;
            co_await scheduler_.room();
            for (const auto& hold : holds)
                if (scheduler_.find(hold.execution) == nullptr) (void)request(hold.execution);
            // The next ones come when these are in memory: their number is bounded.
            while (queue_.size() > page) {
                const auto last = requests_.at(queue_.back());  // its answer forgets it
                co_await last->done.wait();
            }
        }
        waking_ = false;
        arm();
    } catch (const ErrorException&) {
        // The store could not be read: look again a little later.
        waking_ = false;
        look_at(clock_.steady() + after_failure);
    }
}

void Loader::clock_jumped() {
    if (alarm_) timers_.cancel(*std::exchange(alarm_, std::nullopt));
    arm();
}

task<void> Loader::stop() {
    stopped_ = true;
    if (alarm_) timers_.cancel(*std::exchange(alarm_, std::nullopt));
    work_.cancel_all();
    co_await work_.join();
    // An orderly stop is no interruption that tells anything about it.
    if (suspect_ && !suspect_->has_come_on()) scheduler_.outlived(*suspect_);
    suspect_ = nullptr;
    for (auto& [id, wanted] : std::exchange(requests_, {})) {
        wanted->failure = Error{"shutting_down", "the server is shutting down", {}};
        wanted->done.open();
    }
}

}  // namespace sluice
