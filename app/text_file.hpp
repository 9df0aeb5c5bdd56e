#pragma once

#include <string>
#include <string_view>

#include "engine/model/error.hpp"

namespace sluice::app {

/// Writes a file as a whole: into a new file beside it, synced, that then takes its place and keeps
/// its permissions; a reader never sees half of it, and a failure leaves the old one. Through a
/// symbolic link the file that it names is written. Error `file_not_writable`.
[[nodiscard]] result<void> write_text_file(const std::string& path, std::string_view text);

/// Writes a file that must not exist yet. Errors `file_exists`, `file_not_writable`.
[[nodiscard]] result<void> create_text_file(const std::string& path, std::string_view text);

}  // namespace sluice::app
