#include "store/library.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <utility>

#include <sqlite3.h>
#include <sys/stat.h>

namespace sluice {
namespace {

constexpr int least_version = 3'038'000;
constexpr std::array<const char*, 4> needed{"OMIT_WAL", "OMIT_AUTOVACUUM", "OMIT_VIRTUALTABLE",
                                            "OMIT_FOREIGN_KEY"};

}  // namespace

StoreLibrary store_library() {
    StoreLibrary library{sqlite3_libversion(), {}};
    const auto problem = [&library](const std::string& text) {
        library.problems += (library.problems.empty() ? "" : ", ") + text;
    };
    if (sqlite3_libversion_number() < least_version) problem("older than 3.38");
    if (sqlite3_threadsafe() == 0) problem("built for one thread");
    for (const auto* option : needed)
        if (sqlite3_compileoption_used(option) != 0) problem(std::string("built with ") + option);
    return library;
}

std::optional<std::int64_t> store_owner(const std::filesystem::path& data_file) {
    std::error_code unresolved;
    auto path = std::filesystem::weakly_canonical(data_file, unresolved);
    if (unresolved) path = data_file;
    struct stat status{};
    if (::stat((path.string() + ".lock").c_str(), &status) != 0) return std::nullopt;
    // proc(5): `1: FLOCK  ADVISORY  WRITE 705 08:01:1048581 0 EOF`
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        std::istringstream fields(line);
        std::string number, kind, mode, access, place;
        std::int64_t process = 0;
        fields >> number >> kind >> mode >> access >> process >> place;
        if (kind == "FLOCK" && access == "WRITE" &&
            place.substr(place.rfind(':') + 1) == std::to_string(status.st_ino))
            return process;
    }
    return std::nullopt;
}

}  // namespace sluice
