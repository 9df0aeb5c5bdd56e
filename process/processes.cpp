#include "process/processes.hpp"

#include <string>
#include <utility>

#include <sys/wait.h>

#include "engine/async/deadline.hpp"

#include "process/run.hpp"

namespace sluice::process {
namespace {

/// One thread may be held by a file system that does not answer.
constexpr std::size_t thread_count = 2;

[[noreturn]] void fail(std::string code, std::string message) {
    throw NodeFailure(NodeError{std::move(code), std::move(message), {}, true});
}

}  // namespace

/// One of the programs that may run at once.
class Processes::Place {
  public:
    explicit Place(Processes& owner) : owner_(owner) {
        ++owner_.counters_.busy;
        ++owner_.counters_.runs;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        --owner_.counters_.busy;
        owner_.places_.wake_one();
    }

  private:
    Processes& owner_;
};

Processes::Processes(asio::io_context& loop, const Clock& clock, timer_queue& timers,
                     ProcessesOptions options)
    : clock_(clock),
      timers_(timers),
      options_(std::move(options)),
      children_(loop.get_executor()) {}

Processes::~Processes() = default;

task<ProcessEnd> Processes::run(ProcessRequest request) {
    co_await take_place();
    const Place place(*this);
    if (!threads_) threads_.emplace(thread_count);
    const auto run =
        std::make_shared<Run>(RunSurroundings{clock_, timers_, *threads_, options_.grace,
                                              options_.linger, options_.patience},
                              std::move(request));
    children_.spawn(keep(run));
    std::exception_ptr cancelled;
    try {
        co_await run->over();
    } catch (const system_error&) {
        cancelled = std::current_exception();
    }
    if (cancelled) {
        // Whoever is told that it is cancelled may rely on it: nothing of it runs any more.
        run->end();
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        co_await run->over();
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
        std::rethrow_exception(cancelled);
    }
    co_return run->result();
}

task<void> Processes::keep(std::shared_ptr<Run> run) {
    const auto place = runs_.insert(runs_.end(), run);
    if (closed_) run->end();
    co_await run->live();
    runs_.erase(place);
    if (run->left_over() != 0) left_over_.push_back(run->left_over());
    wait_for_left_over();
}

void Processes::wait_for_left_over() {
    std::erase_if(left_over_,
                  [](pid_t process) { return waitpid(process, nullptr, WNOHANG) != 0; });
}

task<void> Processes::close() {
    closed_ = true;
    places_.wake_all();
    for (const auto& run : runs_) run->end();
    co_await children_.join();
    wait_for_left_over();
    if (threads_) threads_->join();
}

task<void> Processes::take_place() {
    const auto refuse_closed = [this] {
        if (closed_) fail("process_unavailable", "the server is shutting down");
    };
    refuse_closed();
    if (counters_.busy < options_.at_once && counters_.waiting == 0) co_return;
    if (counters_.waiting >= options_.waiting)
        fail("process_busy",
             std::to_string(counters_.waiting) + " programs wait already for their turn: at most " +
                 std::to_string(options_.at_once) + " run at once (--shell-processes)");
    struct Waiting {
        std::size_t& count;
        explicit Waiting(std::size_t& counted) : count(counted) { ++count; }
        ~Waiting() { --count; }
    };
    const Waiting waiting(counters_.waiting);
    const auto due = clock_.steady() + options_.wait;
    bool late = false;
    while (counters_.busy >= options_.at_once && !late) {
        try {
            co_await with_deadline(timers_, due, places_.wait());
        } catch (const system_error& error) {
            if (counters_.busy < options_.at_once) places_.wake_one();  // it is somebody else's
            if (error.code() != asio::error::timed_out) throw;
            late = true;
        }
        refuse_closed();
    }
    if (late)
        fail("process_busy", "no other program ended for " +
                                 std::to_string(options_.wait.count() / 1000) + " s: at most " +
                                 std::to_string(options_.at_once) +
                                 " run at once (--shell-processes)");
}

}  // namespace sluice::process
