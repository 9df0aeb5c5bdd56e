#include "store/backup.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>

#include "app/commands.hpp"
#include "app/data_file.hpp"

namespace sluice::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

int backup(const BackupConfiguration& configuration) {
    // A backup that is interrupted leaves nothing behind.
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    const auto begun = std::chrono::steady_clock::now();
    ProgressLine progress(true);
    const auto done = back_up(configuration.data, configuration.file,
                              [&](std::uint64_t copied, std::uint64_t pages) {
                                  progress.show("backup: " + std::to_string(copied) + " of " +
                                                std::to_string(pages) + " pages");
                                  return interrupted == 0;
                              });
    progress.clear();
    if (!done) {
        const int code = refuse(done.error());
        return interrupted != 0 ? exit_cancelled : code;
    }
    std::printf("%s: %s, %llu executions, checked, in %.1f s\n", configuration.file.c_str(),
                readable_bytes(done->bytes).c_str(),
                static_cast<unsigned long long>(done->executions),
                std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    return exit_ok;
}

}  // namespace sluice::app
