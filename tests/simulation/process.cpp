#include "tests/simulation/process.hpp"

#include <stdexcept>

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

/// More handlers in one life: something goes round in circles.
constexpr std::uint64_t most_handlers = 3'000'000;

task<void> load_and_recover(Engine* engine, Report* report, bool* serves) {
    co_await engine->load();
    *serves = true;
    (void)co_await engine->recover({}, [report](const Uuid& id, const std::string& message) {
        report->violation(id.to_string() + " cannot be brought back: " + message);
    });
}

}  // namespace

Process::Process(Durable& durable, const Setup& setup)
    : clock(setup.begin),
      disk(durable.store, durable.rows, durable.ledger, timers, clock, *setup.disk_luck,
           *setup.health),
      records(durable.store, disk, timers, clock, *setup.disk_luck, *setup.health),
      service(setup.seed, durable.ledger, durable.report, timers, clock),
      engine(durable.loop, options(setup)),
      clients(durable.loop.get_executor()),
      durable_(durable) {}

Process::~Process() {
    if (!over_) crash();
}

EngineOptions Process::options(const Setup& setup) {
    EngineOptions chosen;
    chosen.limits = setup.limits;
    chosen.journal = &disk;
    chosen.records = &records;
    chosen.http = &service;
    chosen.clock = &clock;
    chosen.random = setup.random;
    chosen.timers = &timers;
    return chosen;
}

void Process::begin() {
    clients.spawn(load_and_recover(&engine, &durable_.report, &serves_));
}

void Process::pump() {
    // As in production, timers fire inside a handler of the loop.
    if (const auto due = timers.next_due(); due && *due <= clock.steady())
        asio::post(durable_.loop, [this] { timers.fire_due(clock.steady()); });
    durable_.loop.restart();
}

void Process::settle() {
    std::size_t handled = 0;
    do {
        pump();
        handled = durable_.loop.poll();
        handlers_ += handled;
        if (handlers_ > most_handlers) throw std::runtime_error("it goes round in circles");
    } while (handled != 0);
}

void Process::turns(int count) {
    for (; count > 0; --count) {
        pump();
        if (durable_.loop.poll_one() == 0) return;
    }
}

void Process::advance(Milliseconds span) {
    const auto until = clock.steady() + span;
    settle();
    for (auto due = timers.next_due(); due && *due <= until; due = timers.next_due()) {
        clock.advance(std::chrono::ceil<Milliseconds>(*due - clock.steady()));
        settle();
    }
    clock.advance(std::chrono::ceil<Milliseconds>(until - clock.steady()));
    settle();
}

bool Process::quiet() const {
    return clients.size() == 0 && !disk.busy() &&
           const_cast<Engine&>(engine).scheduler().committer().idle() && service.running() == 0;
}

void Process::crash() {
    disk.cut();
    dismantle();
}

void Process::stop() {
    dismantle();
    disk.cut();
}

void Process::dismantle() {
    over_ = true;
    bool stopped = false;
    std::exception_ptr failure;
    const auto end = [](Process* process) -> task<void> {
        process->clients.cancel_all();
        co_await process->clients.join();
        co_await process->engine.stop(0ms);
    };
    asio::co_spawn(durable_.loop, end(this), [&](const std::exception_ptr& thrown) {
        failure = thrown;
        stopped = true;
    });
    settle();
    for (int step = 0; step < 100 && !stopped; ++step) advance(500ms);
    if (!stopped || failure)
        durable_.report.violation("the engine does not stop when it is told to");
}

}  // namespace sluice::testing
