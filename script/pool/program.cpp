#include "script/pool/program.hpp"

#include <array>
#include <cstdlib>

#include <unistd.h>

namespace sluice::script {

std::string find_host_program(const std::string& configured) {
    if (!configured.empty()) return configured;
    if (const char* const named = std::getenv("SLUICE_SCRIPT_HOST")) return named;
    std::array<char, 4096> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return {};
    const std::string own(path.data(), static_cast<std::size_t>(length));
    const std::string folder = own.substr(0, own.rfind('/') + 1);
    for (const char* const place : {"sluice-script", "script/sluice-script"})
        if (access((folder + place).c_str(), X_OK) == 0) return folder + place;
    return {};
}

}  // namespace sluice::script
