#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <sys/types.h>

namespace sluice::process {

/// One process, as /proc/PID/stat tells.
struct ProcessState {
    pid_t process = 0;
    pid_t parent = 0;
    pid_t group = 0;
    pid_t session = 0;
    bool ended = false;  ///< a zombie: it only has to be waited for
};

/// Reads the text of /proc/PID/stat (proc(5)); nullopt when it is none.
[[nodiscard]] std::optional<ProcessState> parse_process_state(std::string_view text);

/// A process that leads a session and all that it has started: its session, and descendants that
/// made themselves a session of their own while their parents lived. Only a process that did so and
/// whose parent had ended before it was looked for (a daemon) is out of reach. Not for the loop's
/// thread, and by one thread at a time: it reads /proc.
class Family {
  public:
    /// `leader` is our child and is not waited for while this is used: its number is its own.
    explicit Family(pid_t leader) : leader_(leader) {}
    Family(const Family&) = delete;
    Family& operator=(const Family&) = delete;
    ~Family();

    /// Sends the signal to all of them. `SIGKILL` is sent again to those that appeared meanwhile,
    /// and waited for: nearly always they have ended when this returns, at the latest after a
    /// second.
    void signal(int number);

  private:
    struct Member {
        int pidfd = -1;
        ProcessState state;
    };

    /// Finds members that were not known; false when there is none.
    bool look();
    void await_ends() const;
    void forget_ended();
    [[nodiscard]] bool belongs(const ProcessState& state) const;

    pid_t leader_;
    std::map<pid_t, Member> members_;  // besides the leader
    std::set<pid_t> sessions_;         // of members that live, also those that they have made
};

}  // namespace sluice::process
