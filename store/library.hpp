#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace sluice {

/// The SQLite that this process runs with.
struct StoreLibrary {
    std::string version;
    std::string problems;  ///< what a store needs and it lacks; empty when it has all
};
[[nodiscard]] StoreLibrary store_library();

/// The process that has the store open to write; nullopt when none has, or the system does not
/// tell. Takes no lock itself, so that it never keeps a server from starting.
[[nodiscard]] std::optional<std::int64_t> store_owner(const std::filesystem::path& data_file);

}  // namespace sluice
