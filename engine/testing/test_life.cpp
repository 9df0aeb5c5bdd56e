#include "engine/testing/test_life.hpp"

#include "engine/testing/tested_flow.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_block = 20ms;  // real, while code computes
constexpr int steps_to_stop = 100;

task<void> wind_up(TestLife* life) {
    life->people.cancel_all();
    try {
        co_await life->people.join();
    } catch (const ErrorException&) {
        // Whom the end of the process cut off was told so.
    }
    co_await life->engine.stop(0ms);
}

Limits limits_of(const TestServices& services, bool stays_in_memory) {
    Limits limits = services.limits;
    if (stays_in_memory) limits.passivate_after = std::chrono::days(2);
    limits.recoveries = 1'000'000;  // a test that kills on purpose is no crash loop
    return limits;
}

}  // namespace

TestLife::TestLife(const TestServices& services, const Setup& setup)
    : clock(setup.wall),
      journal(setup.disk, clock, setup.before, setup.dying),
      services_(services),
      before_(setup.before),
      real_end_(services.real.steady() + services.patience),
      engine(services.loop, options(setup)),
      people(services.loop.get_executor()) {
    for (const auto& type : services.nodes.all()) {
        if (engine.nodes().find(type->id) == nullptr) engine.nodes().add(NodeType(*type)).value();
        for (auto& tested : tested_types(type, setup.world))
            engine.nodes().add(std::move(tested)).value();
    }
    engine.flows().add_dialect(std::string(tested_dialect),
                               std::make_unique<TestedFrontEnd>(setup.world, services.nodes));
}

TestLife::~TestLife() {
    if (!over_) end();
}

EngineOptions TestLife::options(const Setup& setup) {
    EngineOptions chosen;
    chosen.limits = limits_of(services_, setup.stays_in_memory);
    chosen.environment = setup.environment;
    chosen.secrets = setup.secrets;
    chosen.journal = &journal;
    chosen.records = &setup.disk.store;
    if (services_.scripts != nullptr) chosen.scripts = &scripts_.emplace(*services_.scripts);
    chosen.clock = &clock;
    chosen.random = &setup.random;
    chosen.timers = &timers;
    return chosen;
}

Milliseconds TestLife::elapsed() const {
    return before_ + std::chrono::duration_cast<Milliseconds>(clock.steady().time_since_epoch());
}

std::size_t TestLife::poll() {
    // As in production, timers fire inside a handler of the loop.
    if (const auto due = timers.next_due(); due && *due <= clock.steady())
        asio::post(services_.loop, [this] { timers.fire_due(clock.steady()); });
    services_.loop.restart();
    return services_.loop.poll();
}

void TestLife::settle() {
    for (;;) {
        while (poll() != 0)
            if (services_.real.steady() > real_end_ && !over_) break;
        const bool computing = scripts_ && scripts_->computing();
        if (services_.real.steady() > real_end_ && !over_)
            throw ErrorException(Error{"test_too_long",
                                       "the test took longer than " +
                                           std::to_string(services_.patience.count()) +
                                           " ms of real time",
                                       {}});
        if (!computing) return;
        services_.loop.restart();
        services_.loop.run_one_for(longest_block);
    }
}

void TestLife::advance(Milliseconds span) {
    const auto until = clock.steady() + span;
    settle();
    for (auto due = timers.next_due(); due && *due <= until && !journal.dead();
         due = timers.next_due()) {
        if (*due > clock.steady())
            clock.advance(std::chrono::ceil<Milliseconds>(*due - clock.steady()));
        settle();
    }
    if (journal.dead()) return;
    if (until > clock.steady())
        clock.advance(std::chrono::ceil<Milliseconds>(until - clock.steady()));
    settle();
}

void TestLife::end() {
    over_ = true;
    journal.die();
    bool stopped = false;
    asio::co_spawn(services_.loop, wind_up(this),
                   [&](const std::exception_ptr&) { stopped = true; });
    settle();
    for (int step = 0; step < steps_to_stop && !stopped; ++step) {
        clock.advance(500ms);
        settle();
    }
    if (!stopped) throw std::logic_error("the engine of a test does not stop");
}

}  // namespace sluice::testing
