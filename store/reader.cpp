#include "store/reader.hpp"

#include <exception>
#include <utility>

#include "store/connection.hpp"
#include "store/worker_thread.hpp"

namespace sluice::store {

Reader::Reader(const std::filesystem::path& path, std::shared_ptr<Completions> completions)
    : database_(open_to_read(path)), completions_(std::move(completions)) {
    thread_ = start_thread("sluice-reader", [this] { run(); });
}

bool Reader::push(std::shared_ptr<Read> read) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return false;
        queue_.push_back(std::move(read));
    }
    changed_.notify_one();
    return true;
}

void Reader::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Reader::run() {
    for (;;) {
        std::vector<std::shared_ptr<Read>> reads;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
            if (queue_.empty()) return;
            reads.swap(queue_);
        }
        // One by one: a quick answer does not wait for the slow one behind it.
        for (auto& read : reads) {
            if (!read->cancelled()) answer(*read);
            completions_->post({std::move(read)});
        }
    }
}

void Reader::answer(Read& read) {
    try {
        read.run(queries_);
    } catch (const SQLite::Exception& exception) {
        read.fail(to_error(database_, exception));
    } catch (const std::exception& exception) {
        read.fail(
            {"store_failed", std::string("Reading the store failed: ") + exception.what(), {}});
    }
}

}  // namespace sluice::store
