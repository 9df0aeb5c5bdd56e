#include "process/family.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <dirent.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sluice::process {
namespace {

constexpr std::chrono::seconds last_moments{1};  // of those that were killed
constexpr int rounds = 4;  // of a family that goes on starting processes while it is killed

std::optional<ProcessState> state_of(const std::string& name) {
    std::ifstream file("/proc/" + name + "/stat", std::ios::binary);
    return parse_process_state(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<ProcessState> all_processes() {
    std::vector<ProcessState> found;
    DIR* const folder = opendir("/proc");
    if (folder == nullptr) return found;
    while (const dirent* const entry = readdir(folder)) {
        if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) == 0) continue;
        if (const auto state = state_of(entry->d_name)) found.push_back(*state);
    }
    closedir(folder);
    return found;
}

bool has_ended(int pidfd) {
    pollfd question{pidfd, POLLIN, 0};
    return poll(&question, 1, 0) > 0;
}

}  // namespace

std::optional<ProcessState> parse_process_state(std::string_view text) {
    // The second field is the program's name in parentheses, and may hold any character.
    const auto name_end = text.rfind(')');
    ProcessState state;
    const char* const end = text.data() + text.size();
    if (name_end == std::string_view::npos || name_end + 4 > text.size() ||
        std::from_chars(text.data(), end, state.process).ec != std::errc{})
        return std::nullopt;
    const char letter = text[name_end + 2];
    state.ended = letter == 'Z' || letter == 'X';
    const char* at = text.data() + name_end + 3;
    for (pid_t* const field : {&state.parent, &state.group, &state.session}) {
        if (at == end || *at != ' ') return std::nullopt;
        const auto read = std::from_chars(at + 1, end, *field);
        if (read.ec != std::errc{}) return std::nullopt;
        at = read.ptr;
    }
    return state;
}

Family::~Family() {
    for (const auto& member : members_) close(member.second.pidfd);
}

bool Family::belongs(const ProcessState& state) const {
    return state.process != leader_ && !state.ended &&
           (state.session == leader_ || state.parent == leader_ ||
            members_.contains(state.parent) || sessions_.contains(state.session));
}

/// A number that belonged to a member, or to its session, may be somebody else's by now.
void Family::forget_ended() {
    std::erase_if(members_, [](const auto& member) {
        const bool ended = has_ended(member.second.pidfd);
        if (ended) close(member.second.pidfd);
        return ended;
    });
    sessions_.clear();
    for (const auto& member : members_) sessions_.insert(member.second.state.session);
}

bool Family::look() {
    forget_ended();
    bool any = false;
    const auto processes = all_processes();
    for (bool more = true; more;) {
        more = false;
        for (const auto& seen : processes) {
            if (members_.contains(seen.process) || !belongs(seen)) continue;
            const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, seen.process, 0));
            if (pidfd < 0) continue;
            // From here on the number is held, if it is still that of the process that was seen.
            const auto now = state_of(std::to_string(seen.process));
            if (!now || !belongs(*now)) {
                close(pidfd);
                continue;
            }
            members_.emplace(seen.process, Member{pidfd, *now});
            sessions_.insert(now->session);
            more = any = true;
        }
    }
    return any;
}

void Family::signal(int number) {
    // Before anybody ends: the children of those who have ended belong to nobody.
    look();
    for (int round = 0; round < rounds; ++round) {
        kill(-leader_, number);
        for (const auto& [process, member] : members_)
            if (member.state.group != leader_)  // a second SIGTERM may mean something else
                syscall(SYS_pidfd_send_signal, member.pidfd, number, nullptr, 0);
        if (number != SIGKILL) return;
        if (!look()) break;
    }
    await_ends();
}

/// A killed process runs on for a moment; whoever is told that all have ended may rely on it.
void Family::await_ends() const {
    const auto deadline = std::chrono::steady_clock::now() + last_moments;
    for (const auto& [process, member] : members_) {
        pollfd question{member.pidfd, POLLIN, 0};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        poll(&question, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    }
}

}  // namespace sluice::process
