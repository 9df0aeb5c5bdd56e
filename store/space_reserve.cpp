#include "store/space_reserve.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace sluice::store {
namespace {

constexpr std::uint64_t spare_factor = 2;

}  // namespace

SpaceReserve::SpaceReserve(const std::filesystem::path& data_file)
    : path_(std::filesystem::absolute(data_file).string() + ".reserve") {
    ::unlink(path_.c_str());  // of a process that was killed
}

bool SpaceReserve::take() noexcept {
    if (taken_) return true;
    struct statvfs disk{};
    if (::statvfs(path_.parent_path().c_str(), &disk) != 0) return false;
    if (std::uint64_t{disk.f_bavail} * disk.f_frsize < spare_factor * bytes) return false;
    const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    taken_ = ::posix_fallocate(descriptor, 0, bytes) == 0;
    ::close(descriptor);
    if (!taken_) ::unlink(path_.c_str());
    return taken_;
}

bool SpaceReserve::give_up() noexcept {
    if (!taken_) return false;
    taken_ = false;
    return ::unlink(path_.c_str()) == 0;
}

}  // namespace sluice::store
