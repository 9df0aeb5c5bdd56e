// How many executions a second the journal takes, and what the writer thread pays for each, beside
// what the disk can sync. Usage: bench-store-commit [directory, default "."] [flows that take
// turns, default 1] [seconds per line, default 2].

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "engine/async/asio.hpp"
#include "engine/async/clock.hpp"
#include "engine/model/identifier.hpp"
#include "store/store.hpp"

namespace {

using namespace sluice;

constexpr std::size_t chunk_bytes = 300;
constexpr std::size_t steps_of_long_execution = 40;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Processor seconds (user and system) of the thread with this name in this process.
double processor_seconds(const std::string& thread) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        std::getline(std::ifstream(entry.path() / "comm"), name);
        if (name != thread) continue;
        double nanoseconds = 0;
        std::ifstream(entry.path() / "schedstat") >> nanoseconds;
        return nanoseconds / 1e9;
    }
    return 0;
}

void sync_rate(const std::filesystem::path& directory, double seconds) {
    const auto path = directory / "bench-sync.dat";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0) return;
    std::array<char, 4096> page{};
    constexpr int pages = 4000;
    for (int at = 0; at < pages; ++at)
        if (::pwrite(file, page.data(), page.size(), at * 4096L) < 0) std::abort();
    ::fsync(file);
    int done = 0;
    const auto start = std::chrono::steady_clock::now();
    while (seconds_since(start) < seconds) {
        if (::pwrite(file, page.data(), page.size(), done % pages * 4096L) < 0) std::abort();
        ::fdatasync(file);
        ++done;
    }
    std::printf("%-44s %9.0f /s\n", "fdatasync of one overwritten page",
                done / seconds_since(start));
    ::close(file);
    std::filesystem::remove(path);
}

void remove_store(const std::filesystem::path& path) {
    for (const auto* suffix : {"", "-wal", "-shm", ".lock"})
        std::filesystem::remove(path.string() + suffix);
}

class Load {
  public:
    Load(asio::io_context& loop, Store& store, std::size_t group, std::int64_t flows,
         std::size_t steps)
        : loop_(loop), store_(store), flows_(flows), steps_(steps), executions_(group) {}

    void run(double seconds) {
        until_ =
            std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                                   std::chrono::duration<double>(seconds));
        const auto start = std::chrono::steady_clock::now();
        const double before = processor_seconds("sluice-writer");
        hand_over();
        loop_.run();
        loop_.restart();
        const double wall = seconds_since(start);
        const double processor = processor_seconds("sluice-writer") - before;
        std::printf("%9.0f rows/s %7.0f groups/s   writer %7.2f us/row\n",
                    static_cast<double>(rows_) / wall,
                    static_cast<double>(rows_) / static_cast<double>(executions_.size()) / wall,
                    processor * 1e6 / static_cast<double>(rows_));
    }

  private:
    struct Running {
        Uuid id;
        std::int64_t flow = 0;
        std::size_t step = 0;
    };

    void fill(Append& append, Running& running) {
        append.begins = running.step == 0;
        if (append.begins) {
            running.id = ids_.next();
            running.flow = 1 + flow_++ % flows_;
        }
        append.execution = running.id;
        append.flow = append.revision = running.flow;
        append.created = clock_.wall();
        append.first_sequence = 1 + running.step;
        append.chunk.assign(chunk_bytes, 'x');
        if (++running.step == steps_) {
            append.status = ExecutionStatus::succeeded;
            append.ended = append.created;
            running.step = 0;
        } else {
            append.status = ExecutionStatus::running;
            append.ended.reset();
        }
    }

    void hand_over(std::vector<Append> group = {}) {
        group.resize(executions_.size());
        for (std::size_t at = 0; at < group.size(); ++at) fill(group[at], executions_[at]);
        rows_ += group.size();
        store_.commit(std::move(group), [this](const std::optional<Error>& error,
                                               std::vector<Append> written) {
            if (error) {
                std::fprintf(stderr, "%s: %s\n", error->code.c_str(), error->message.c_str());
                std::exit(1);
            }
            if (std::chrono::steady_clock::now() < until_) hand_over(std::move(written));
        });
    }

    asio::io_context& loop_;
    Store& store_;
    const std::int64_t flows_;
    const std::size_t steps_;
    std::vector<Running> executions_;
    SystemClock clock_;
    SystemRandom random_;
    UuidGenerator ids_{clock_, random_};
    std::int64_t flow_ = 0;
    std::size_t rows_ = 0;
    std::chrono::steady_clock::time_point until_;
};

void measure(const std::filesystem::path& directory, std::size_t group, std::int64_t flows,
             std::size_t steps, double seconds) {
    const auto path = directory / "bench-store.db";
    remove_store(path);
    {
        asio::io_context loop(1);
        auto opened = Store::open(loop, {.path = path});
        if (!opened) {
            std::fprintf(stderr, "%s\n", opened.error().message.c_str());
            std::exit(1);
        }
        const auto store = *std::move(opened);
        const auto what =
            steps == 1 ? "began and ended in one commit" : std::to_string(steps) + " commits each";
        std::printf("groups of %5zu, %-27s", group, what.c_str());
        std::fflush(stdout);
        Load(loop, *store, group, flows, steps).run(seconds);
    }
    remove_store(path);
}

}  // namespace

int main(int count, char** arguments) {
    const std::filesystem::path directory = count > 1 ? arguments[1] : ".";
    const std::int64_t flows = count > 2 ? std::atoll(arguments[2]) : 1;
    const double seconds = count > 3 ? std::atof(arguments[3]) : 2;
    sync_rate(directory, seconds);
    for (const std::size_t group : {1, 30, 100, 1'000, 5'000})
        measure(directory, group, flows, 1, seconds);
    for (const std::size_t group : {1, 100, 1'000})
        measure(directory, group, flows, steps_of_long_execution, seconds);
    return 0;
}
