#include "engine/run/pruner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/async/deadline.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;

// After a step the disk is left alone for three times as long as the step took.
constexpr int pause_factor = 3;
constexpr Milliseconds least_pause = 10ms;
constexpr Milliseconds longest_pause = 1s;

}  // namespace

Pruner::Pruner(Records& records, const Clock& clock, timer_queue& timers,
               RetentionSettings settings, Rules rules, Report report)
    : records_(records),
      clock_(clock),
      timers_(timers),
      retention_(settings),
      rules_(std::move(rules)),
      report_(std::move(report)) {}

template <typename Change>
void Pruner::change(Change change) {
    const auto before = retention_.due();
    change();
    const auto after = retention_.due();
    if (after && (!before || *after < *before)) earlier_.wake_all();
}

void Pruner::ended(std::int64_t flow, const RetentionRule& own) {
    change([&] { retention_.ended(clock_.wall(), flow, own); });
}

void Pruner::store_full() {
    change([&] { retention_.store_full(clock_.wall()); });
}

task<void> Pruner::run() {
    retention_.begin(clock_.wall());
    for (;;) {
        co_await wait_until_due();
        co_await pass();
    }
}

task<void> Pruner::wait_until_due() {
    for (;;) {
        const auto due = retention_.due();
        if (!due) {
            co_await earlier_.wait();
            continue;
        }
        const auto left = std::chrono::ceil<Milliseconds>(*due - clock_.wall());
        if (left <= 0ms) co_return;
        try {
            co_await with_deadline(timers_, clock_.steady() + left, earlier_.wait());
        } catch (const system_error& error) {
            if (error.code() != asio::error::timed_out) throw;
        }
    }
}

task<void> Pruner::pause(Milliseconds span) {
    wait_list nobody;
    try {
        co_await with_deadline(timers_, clock_.steady() + span, nobody.wait());
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
}

task<void> Pruner::pass() {
    auto request = retention_.begin_pass(clock_.wall(), rules_());
    Passed passed;
    do {
        const auto begun = clock_.steady();
        try {
            const auto done = co_await records_.prune(request);
            if (done) {
                retention_.step_done(*done);
                passed.executions += done->executions;
                passed.keys += done->keys;
                passed.entries += done->entries;
                passed.freed_bytes += done->freed_bytes;
                request.from = done->next;
            } else {
                passed.failure = done.error();
            }
        } catch (const ErrorException& error) {
            passed.failure = error.error();
        }
        if (passed.failure) break;
        const auto took = std::chrono::ceil<Milliseconds>(clock_.steady() - begun);
        if (request.from)
            co_await pause(std::clamp(took * pause_factor, least_pause, longest_pause));
    } while (request.from);
    if (passed.failure) retention_.pass_failed(clock_.wall());
    const bool failed_again = std::exchange(failing_, passed.failure.has_value()) && failing_;
    const bool did_something =
        passed.executions + passed.keys + passed.entries + passed.freed_bytes > 0;
    if (report_ && (did_something || (passed.failure && !failed_again))) report_(passed);
}

}  // namespace sluice
