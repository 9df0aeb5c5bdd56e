#include "process/program_path.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace sluice::process {
namespace {

/// 0, or why this is no program to execute.
int refusal_of(const std::string& path) {
    struct stat file{};
    if (stat(path.c_str(), &file) != 0) return errno;
    if (S_ISDIR(file.st_mode)) return EISDIR;
    return access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

bool is_absent(int error) {
    return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG;
}

NodeError not_executable(const std::string& path, int error) {
    return {"program_not_executable",
            "'" + path + "' cannot be executed: " + std::strerror(error) +
                "; make it executable for the user of this server (chmod +x)",
            Object{{"program", path}}, false};
}

}  // namespace

node_result<std::string> find_program(const std::string& program, const std::string& directory,
                                      const ProcessEnvironment& environment) {
    if (program.find('/') != std::string::npos) {
        const bool relative = !program.starts_with('/') && !directory.empty();
        const std::string path = relative ? directory + "/" + program : program;
        const int error = refusal_of(path);
        if (error == 0) return {boost::system::in_place_value, program};
        if (!is_absent(error)) return not_executable(path, error);
        return NodeError{"program_not_found",
                         "there is no program '" + path + "'; paths begin with / or in `directory`",
                         Object{{"program", program}}, false};
    }
    const auto variable = environment.find("PATH");
    const std::string& path = variable == environment.end() ? default_path : variable->second;
    std::string refused;
    int why = 0;
    for (std::string_view rest = path; !rest.empty();) {
        const auto folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        if (!folder.starts_with('/')) continue;  // what it means depends on who looks
        std::string candidate = std::string(folder) + "/" + program;
        const int error = refusal_of(candidate);
        if (error == 0) return {boost::system::in_place_value, std::move(candidate)};
        if (is_absent(error) || error == EISDIR || why != 0) continue;
        why = error;
        refused = std::move(candidate);
    }
    if (why != 0) return not_executable(refused, why);
    return NodeError{"program_not_found",
                     "there is no program '" + program + "' in " + path +
                         "; install it, give its whole path, or set PATH in `env`",
                     Object{{"program", program}, {"path", path}}, false};
}

node_result<void> check_directory(const std::string& directory) {
    if (directory.empty()) return {};
    struct stat file{};
    int error = stat(directory.c_str(), &file) == 0 ? 0 : errno;
    if (error == 0 && !S_ISDIR(file.st_mode)) error = ENOTDIR;
    if (error == 0 && access(directory.c_str(), X_OK) != 0) error = errno;
    if (error == 0) return {};
    return NodeError{"directory_not_found",
                     "`directory` '" + directory + "' cannot be entered: " + std::strerror(error),
                     Object{{"directory", directory}}, false};
}

}  // namespace sluice::process
