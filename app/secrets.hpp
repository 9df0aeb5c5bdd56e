#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/secrets/secrets.hpp"

namespace sluice::app {

/// The secrets of the process: environment variables `SLUICE_SECRET_NAME`, which are taken out of
/// the environment, and those of a file that the environment has not: YAML or JSON, a map of names
/// to texts, read once. No file when `path` is empty. Errors: `secrets_file` (it cannot be read,
/// others than its owner may read it, it is no such map), and as `Secrets::create`.
[[nodiscard]] result<std::shared_ptr<const Secrets>> read_secrets(const std::string& path);

/// Whether a secret is among the names that `flag` hands on; tells the user so.
[[nodiscard]] bool refuses_environment(const char* flag,
                                       const std::vector<std::string>& environment_names);

}  // namespace sluice::app
