#include "app/data_file.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

#include <unistd.h>

#include "app/commands.hpp"

namespace sluice::app {

int refuse(const Error& error) {
    std::fprintf(stderr, "sluice: %s\n", error.message.c_str());
    return error.code == "store_not_found" || error.code == "store_not_recognized" ? exit_usage
                                                                                   : exit_failed;
}

std::string readable_bytes(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text.data();
}

ProgressLine::ProgressLine(bool wanted) : terminal_(wanted && ::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::string& text) {
    if (!terminal_) return;
    std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
    std::fflush(stderr);
    shown_ = true;
}

void ProgressLine::clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
}

}  // namespace sluice::app
