#include "engine/engine.hpp"

#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/model/member.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds commit_patience{30};
constexpr std::size_t places_page = 1'000;

/// What somebody waits to be told about an execution.
struct News {
    gate come;
    std::optional<Error> failure;
};

LiveExecution::Ended tell(std::shared_ptr<News> news) {
    return [news = std::move(news)](const LiveExecution&, const std::optional<Error>& error) {
        news->failure = error;
        news->come.open();
    };
}

ExecutionResult result_of(const LiveExecution& execution) {
    ExecutionResult result;
    result.id = execution.id;
    result.status = execution.state.status();
    if (result.status == ExecutionStatus::succeeded) {
        result.output = execution.state.result();
        return result;
    }
    const auto& error = execution.state.error();
    result.error = Error{text_member(error, "code"), text_member(error, "message"), error};
    return result;
}

}  // namespace

Engine::Engine(asio::io_context& loop, EngineOptions options)
    : loop_(loop),
      limits_(options.limits),
      secrets_(std::move(options.secrets)),
      clock_(options.clock != nullptr ? *options.clock : system_clock_),
      random_(options.random != nullptr ? *options.random : system_random_),
      memory_(loop.get_executor()),
      records_(options.records != nullptr ? *options.records : memory_),
      timers_(options.timers != nullptr ? *options.timers : own_timers_),
      ids_(clock_, random_),
      nodes_(NodeRegistry::with_built_ins()),
      flows_({records_, nodes_, clock_, ids_, timers_, options.scripts, secrets_.get()}, limits_),
      scheduler_(
          loop.get_executor(),
          SchedulerServices{&clock_, &random_, &timers_,
                            options.journal != nullptr ? options.journal : &memory_, options.http,
                            &records_, options.scripts, secrets_.get(), options.processes},
          limits_, std::move(options.environment)),
      loader_(loop.get_executor(), scheduler_, records_, timers_, clock_, limits_,
              [this](std::int64_t revision) { return flows_.program(revision); }) {
    if (options.timers == nullptr) driver_.emplace(loop, clock_, timers_);
}

Engine::~Engine() = default;

result<std::shared_ptr<const Program>> Engine::compile(std::string_view source) {
    auto compiled = flows_.compile({std::string(source)});
    if (compiled.program == nullptr) return invalid_flow(compiled.diagnostics);
    return std::move(compiled.program);
}

result<std::shared_ptr<LiveExecution>> Engine::start(std::shared_ptr<const Program> program,
                                                     Value input) {
    Start start;
    start.program = std::move(program);
    start.input = std::move(input);
    start.trigger_json = R"({"type":"manual"})";
    return scheduler_.start(std::move(start));
}

task<ExecutionResult> Engine::wait(std::shared_ptr<LiveExecution> execution) {
    const auto news = std::make_shared<News>();
    const auto number = scheduler_.when_ended(*execution, tell(news));
    struct Forget {
        Scheduler& scheduler;
        LiveExecution& execution;
        std::uint64_t number;
        ~Forget() { scheduler.forget(execution, number); }
    };
    const Forget forget{scheduler_, *execution, number};
    co_await news->come.wait();
    if (news->failure) throw ErrorException(*news->failure);
    co_await fetch(execution->state.result_artifact());
    co_return result_of(*execution);
}

task<void> Engine::fetch(std::shared_ptr<Artifact> artifact) {
    if (!artifact || artifact->value) co_return;
    auto value = co_await records_.artifact_value(artifact->key.hash);
    if (!value) throw ErrorException(value.error());
    artifact->value = std::move(*value);
}

task<result<void>> Engine::accepted(std::shared_ptr<LiveExecution> execution) {
    const auto news = std::make_shared<News>();
    scheduler_.when_accepted(*execution, tell(news));
    co_await news->come.wait();
    if (news->failure) co_return *news->failure;
    co_return result<void>();
}

task<result<void>> Engine::committed(std::shared_ptr<LiveExecution> execution) {
    const auto until = execution->last_sequence;
    const auto deadline = clock_.steady() + commit_patience;
    while (execution->committed < until && !execution->removed) {
        bool late = false;
        try {
            co_await with_deadline(timers_, deadline, execution->progress.wait());
        } catch (const system_error& error) {
            if (error.code() != asio::error::timed_out) throw;
            late = true;
        }
        if (late)
            co_return Error{"store_failed",
                            "what was asked for is done, but could not be written to disk for " +
                                std::to_string(commit_patience.count()) +
                                " s; it will be when the store is well",
                            {}};
    }
    co_return result<void>();
}

bool Engine::cancel(LiveExecution& execution, std::string reason) {
    return scheduler_.cancel(execution, std::move(reason));
}

task<void> Engine::load() {
    const auto last = co_await records_.last_execution_number();
    scheduler_.start_ids_after(last);
    co_await flows_.load();
    for (auto& signal : co_await records_.kept_signals())
        scheduler_.signals().keep(std::move(signal));
    for (const HoldKind kind : {HoldKind::place, HoldKind::slot}) co_await remember_places(kind);
}

task<void> Engine::remember_places(HoldKind kind) {
    HoldFilter filter;
    filter.kind = kind;
    filter.limit = places_page;
    for (;;) {
        const auto page = co_await records_.holds(filter);
        for (const auto& hold : page) {
            const auto flow = flows_.find_by_number(hold.flow);
            scheduler_.remember_place(hold, flow ? flow->program.get() : nullptr);
        }
        if (page.size() < places_page) co_return;
        filter.after = std::pair(page.back().execution.number(), page.back().run);
    }
}

task<std::size_t> Engine::recover(std::function<void(std::size_t)> progress,
                                  std::function<void(const Uuid&, const std::string&)> failed) {
    loader_.on_failure(std::move(failed));
    const auto recovered = co_await loader_.recover(std::move(progress));
    scheduler_.admit_waiting();
    co_return recovered;
}

task<void> Engine::retain(RetentionSettings settings, Pruner::Report report) {
    const auto rules = [this] {
        std::map<std::int64_t, RetentionRule> own;
        for (const auto& flow : flows_.all()) {
            if (flow->program == nullptr) continue;
            const auto& rule = flow->program->settings().retention;
            if (rule.limits()) own.emplace(flow->record.number, rule);
        }
        return own;
    };
    const auto passed = [this, report = std::move(report)](const Pruner::Passed& pass) {
        if (pass.entries > 0) scheduler_.entries().recount();
        if (report) report(pass);
    };
    Pruner pruner(records_, clock_, timers_, settings, rules, passed);
    struct Observing {
        Scheduler& scheduler;
        ~Observing() {
            scheduler.observe_ends({});
            scheduler.observe_failures({});
        }
    };
    const Observing observing{scheduler_};
    scheduler_.observe_ends([&pruner](const LiveExecution& execution) {
        const auto& program = *execution.program;
        if (program.settings().durability == Durability::none) return;
        pruner.ended(program.identity().flow_number, program.settings().retention);
    });
    scheduler_.observe_failures([&pruner](const Error& error) {
        if (error.code == "store_full") pruner.store_full();
    });
    co_await pruner.run();
}

void Engine::clock_jumped() {
    scheduler_.clock_jumped();
    loader_.clock_jumped();
}

task<void> Engine::stop(std::chrono::milliseconds patience) {
    co_await loader_.stop();
    co_await scheduler_.stop(clock_.steady() + patience);
}

}  // namespace sluice
