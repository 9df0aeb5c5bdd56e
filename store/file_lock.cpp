#include "store/file_lock.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace sluice::store {
namespace {

std::string owner_of(int descriptor) {
    std::array<char, 32> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    if (size <= 0) return {};
    const std::string_view read(text.data(), static_cast<std::size_t>(size));
    const auto end = read.find('\n');
    if (end == 0 || end == read.npos || read.find_first_not_of("0123456789") != end) return {};
    return " (process " + std::string(read.substr(0, end)) + ")";
}

}  // namespace

result<std::unique_ptr<FileLock>> FileLock::acquire(const std::filesystem::path& data_file) {
    const auto path = data_file.string() + ".lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const auto reason = std::generic_category().message(errno);
        return Error{"store_not_writable",
                     "Cannot open " + path + ": " + reason +
                         ". The directory of the data file must exist and be writable.",
                     {}};
    }
    std::unique_ptr<FileLock> lock(new FileLock(descriptor));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int reason = errno;
        if (reason == EWOULDBLOCK)
            return Error{"store_in_use",
                         data_file.string() + " is in use by another Sluice" +
                             owner_of(descriptor) +
                             ": stop that one, or give this one a data file of its own.",
                         {}};
        return Error{"store_failed",
                     "Cannot lock " + path + ": " + std::generic_category().message(reason),
                     {}};
    }
    const auto owner = std::to_string(::getpid()) + "\n";
    // Only for the message above: a full disk must not keep the store from opening.
    if (::ftruncate(descriptor, 0) == 0) {
        const auto written = ::pwrite(descriptor, owner.data(), owner.size(), 0);
        static_cast<void>(written);
    }
    return lock;
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

}  // namespace sluice::store
