#include "store/log_room.hpp"

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/connection.hpp"

namespace sluice::store {
namespace {

constexpr std::int64_t log_header_bytes = 32;
constexpr std::int64_t frame_header_bytes = 24;
// What a group of some hundred small executions writes.
constexpr std::int64_t least_room = 256 << 10;
constexpr std::int64_t step = 1 << 20;
constexpr std::array<char, 64 << 10> zeros{};

}  // namespace

LogRoom::LogRoom(const std::filesystem::path& data_file)
    // Only ever appended to: frames cannot be overwritten from here.
    : descriptor_(::open((data_file.string() + "-wal").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)) {}

LogRoom::~LogRoom() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void LogRoom::provide(int pages) noexcept {
    const std::int64_t used =
        log_header_bytes + pages * (frame_header_bytes + std::int64_t{page_bytes});
    if (descriptor_ < 0 || size_ - used >= least_room) return;
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return;
    size_ = status.st_size;
    if (size_ - used >= least_room) return;
    for (std::int64_t written = 0; written < step; written += std::int64_t{zeros.size()}) {
        if (::write(descriptor_, zeros.data(), zeros.size()) != static_cast<ssize_t>(zeros.size()))
            return;
        size_ += std::int64_t{zeros.size()};
    }
}

}  // namespace sluice::store
