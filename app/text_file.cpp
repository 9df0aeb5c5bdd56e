#include "app/text_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sluice::app {
namespace {

Error not_writable(const std::string& path, int error) {
    return {"file_not_writable", "cannot write '" + path + "': " + std::strerror(error), {}};
}

/// 0, or what went wrong. Closes the file.
int write_and_close(int file, std::string_view text) {
    int error = 0;
    while (!text.empty() && error == 0) {
        const auto written = ::write(file, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            error = errno;
    }
    if (error == 0 && fsync(file) != 0 && errno != EINVAL) error = errno;  // a pipe has no disk
    if (close(file) != 0 && error == 0) error = errno;
    return error;
}

}  // namespace

result<void> write_text_file(const std::string& path, std::string_view text) {
    std::error_code unresolved;
    const auto real = std::filesystem::weakly_canonical(path, unresolved);
    const std::string target = unresolved ? path : real.string();
    struct stat status{};
    const bool exists = stat(target.c_str(), &status) == 0;
    if (exists && !S_ISREG(status.st_mode)) {  // /dev/stdout, a pipe: nothing to put in its place
        const int file = open(target.c_str(), O_WRONLY | O_CLOEXEC);
        const int error = file < 0 ? errno : write_and_close(file, text);
        if (error != 0) return not_writable(path, error);
        return {};
    }
    std::string fresh = target + ".XXXXXX";
    const int file = mkostemp(fresh.data(), O_CLOEXEC);
    if (file < 0) return not_writable(path, errno);
    const mode_t mask = umask(0);
    umask(mask);
    int error = 0;
    if (fchmod(file, exists ? status.st_mode & 07777 : 0666 & ~mask) != 0) error = errno;
    if (const int failed = write_and_close(file, text); error == 0) error = failed;
    if (error == 0 && rename(fresh.c_str(), target.c_str()) != 0) error = errno;
    if (error == 0) return {};
    unlink(fresh.c_str());
    return not_writable(path, error);
}

result<void> create_text_file(const std::string& path, std::string_view text) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 && errno == EEXIST)
        return Error{"file_exists", "'" + path + "' exists already, and is left as it is", {}};
    const int error = file < 0 ? errno : write_and_close(file, text);
    if (error == 0) return {};
    if (file >= 0) unlink(path.c_str());
    return not_writable(path, error);
}

}  // namespace sluice::app
