#include "process/run.hpp"

#include <array>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include "engine/async/scope.hpp"

namespace sluice::process {
namespace {

constexpr std::size_t read_bytes = 16u << 10;
/// Lines are looked for in so many bytes at a time: others have their turn in between.
constexpr std::size_t bytes_a_turn = 2u << 10;

/// Carries what was started across threads; whoever loses it ends it.
struct Carried {
    Started started;
    explicit Carried(Started given) : started(std::move(given)) {}
    Carried(const Carried&) = delete;
    Carried& operator=(const Carried&) = delete;
    ~Carried() { discard(started); }
};

/// Of a run that is not cancelled by its caller: nobody else tells it.
NodeFailure told_to_end() {
    return NodeFailure(NodeError{
        "process_unavailable", "the program was ended: the server is shutting down", {}, true});
}

}  // namespace

Run::Run(const RunSurroundings& surroundings, ProcessRequest request)
    : surroundings_(surroundings),
      request_(std::move(request)),
      output_(request_.output_bytes, std::move(request_.line)) {}

void Run::end() {
    ending_ = true;
    changed_.wake_all();
}

ProcessEnd Run::result() {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(end_);
}

task<void> Run::live() {
    try {
        if (ending_) throw told_to_end();
        Started started = co_await start();
        if (started.problem) throw NodeFailure(std::move(*started.problem));
        co_await accompany(std::move(started));
    } catch (...) {
        failure_ = std::current_exception();
    }
    over_.open();
}

task<Started> Run::start() {
    const auto asked = std::make_shared<Start>(
        Start{std::move(request_.arguments), std::move(request_.environment),
              std::move(request_.directory), std::move(request_.input)});
    const auto carried = co_await on_thread<Carried>(surroundings_.threads, [asked] {
        return std::make_shared<Carried>(start_process(*asked));
    });
    co_return std::exchange(carried->started, {});
}

task<void> Run::accompany(Started started) {
    began_ = surroundings_.clock.steady();
    Child child(co_await asio::this_coro::executor, std::move(started));
    family_ = std::make_unique<Family>(child.process());
    scope streams(co_await asio::this_coro::executor);
    streams.spawn(collect(child, ProcessStream::output));
    streams.spawn(collect(child, ProcessStream::error));
    streams.spawn(watch(child));
    std::exception_ptr failure;
    try {
        co_await wind_up(child);
    } catch (...) {
        failure = std::current_exception();
    }
    streams.cancel_all();
    co_await streams.join();
    output_.finish();
    if (failure) std::rethrow_exception(failure);
    if (!exited_) {
        left_over_ = child.abandon();
        throw NodeFailure(NodeError{
            "process_stuck",
            "process " + std::to_string(left_over_) +
                " could not be killed: it waits within the kernel, perhaps for a disk or a network "
                "file system",
            Object{{"process", left_over_}}, false});
    }
    const bool timed_out = end_.timed_out;
    end_ = child.end();
    child.reap();
    end_.timed_out = timed_out;
    end_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(exited_at_ - began_);
    output_.move_into(end_);
    if (told_) throw told_to_end();
}

/// From its beginning until it and its processes are gone.
task<void> Run::wind_up(Child& child) {
    const auto outputs_closed = [this] { return open_outputs_ == 0; };
    co_await until([this] { return exited_ || ending_; }, began_ + request_.timeout);
    bool others = false;  // there may be more than the program to end
    if (!exited_) {
        told_ = ending_;
        end_.timed_out = !told_;
        others = true;
        co_await signal(child, SIGTERM);
        co_await until([&] { return exited_ && outputs_closed(); }, in(surroundings_.grace));
    } else {
        co_await until(outputs_closed, in(surroundings_.linger));
        if (!outputs_closed()) {  // a process that it left behind holds them open
            others = true;
            co_await signal(child, SIGTERM);
            co_await until(outputs_closed, in(surroundings_.grace));
        }
    }
    if (others)
        co_await signal(child, SIGKILL);
    else if (child.process() > 0)
        ::kill(-child.process(), SIGKILL);
    co_await until([&] { return exited_; }, in(surroundings_.patience));
    co_await until(outputs_closed, in(surroundings_.linger));
}

task<void> Run::signal(Child& child, int number) {
    if (child.process() < 0) co_return;
    (void)co_await on_thread<int>(surroundings_.threads, [this, number] {
        family_->signal(number);
        return std::make_shared<int>(number);
    });
}

task<void> Run::until(std::function<bool()> happened, SteadyTime due) {
    bool late = false;
    struct Timer {
        timer_queue& timers;
        timer_queue::Handle handle;
        ~Timer() { timers.cancel(handle); }
    };
    const Timer timer{surroundings_.timers, surroundings_.timers.add(due, [this, &late] {
                          late = true;
                          changed_.wake_all();
                      })};
    while (!happened() && !late) co_await changed_.wait();
}

task<void> Run::collect(Child& child, ProcessStream stream) {
    struct Open {
        Run& run;
        ~Open() {
            --run.open_outputs_;
            run.changed_.wake_all();
        }
    };
    const Open open{*this};
    std::array<char, read_bytes> buffer;
    while (const std::size_t got = co_await child.read(stream, buffer)) {
        std::string_view rest(buffer.data(), got);
        while (output_.wants_lines() && rest.size() > bytes_a_turn) {
            output_.add(stream, rest.substr(0, bytes_a_turn));
            rest.remove_prefix(bytes_a_turn);
            co_await asio::post(use_task);
        }
        output_.add(stream, rest);
    }
}

task<void> Run::watch(Child& child) {
    co_await child.ended();
    exited_ = true;
    exited_at_ = surroundings_.clock.steady();
    changed_.wake_all();
}

}  // namespace sluice::process
