#include "script/pool/program.hpp"

#include <array>
#include <cstdlib>

#include <unistd.h>

namespace sluice::script {

namespace {

struct Naming {
    std::string program;
    std::string variable;
    std::string flag;
};

const Naming& naming(CodeLanguage language) {
    static const Naming javascript{"sluice-script", "SLUICE_SCRIPT_HOST", "--script-host"};
    static const Naming python{"sluice-script-python", "SLUICE_PYTHON_HOST", "--python-host"};
    return language == CodeLanguage::javascript ? javascript : python;
}

}  // namespace

std::string find_host_program(CodeLanguage language) {
    const Naming& names = naming(language);
    if (const char* const named = std::getenv(names.variable.c_str())) return named;
    std::array<char, 4096> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return {};
    const std::string own(path.data(), static_cast<std::size_t>(length));
    const std::string folder = own.substr(0, own.rfind('/') + 1);
    for (const char* const place : {"", "script/"})
        if (const auto program = folder + place + names.program; access(program.c_str(), X_OK) == 0)
            return program;
    return {};
}

std::string no_host_program(CodeLanguage language) {
    const Naming& names = naming(language);
    return "the program '" + names.program +
           "' is not beside this one; install it there, or name it with " + names.flag + " or " +
           names.variable;
}

}  // namespace sluice::script
