#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "engine/async/mutex.hpp"
#include "engine/async/task.hpp"
#include "script/pool/spawn.hpp"

namespace sluice::script {

/// How a process ended.
struct HostEnd {
    bool exited = false;  ///< by itself, with `status`; otherwise by signal `status`
    int status = 0;
};

/// A script host that runs: its process and its socket. Loop thread only. Destroying it ends the
/// process.
class Host {
  public:
    Host(Executor executor, SpawnedHost spawned);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host();

    /// The JSON of the next frame, valid until the next call; nullopt when the host closed its end,
    /// or announced a frame longer than `limit`. Throws `operation_aborted` when cancelled.
    task<std::optional<std::string_view>> read(std::size_t limit);

    /// Writes a whole frame, one at a time. False when the host closed its end.
    task<bool> write(std::string frame);
    /// A frame is on its way, or waits for one that is.
    [[nodiscard]] bool writing() const { return writers_ > 0; }

    /// Ends the process at once; it still has to be waited for.
    void kill() const;

    /// Waits for its end.
    task<HostEnd> ended();

    /// True when it can be given work: it runs, and nobody has stopped it.
    [[nodiscard]] bool usable() const;

    [[nodiscard]] pid_t process() const { return spawned_.process; }

  private:
    SpawnedHost spawned_;
    asio::basic_stream_socket<asio::local::stream_protocol, Executor> channel_;
    asio::posix::basic_stream_descriptor<Executor> end_;
    mutex turn_;
    bool gone_ = false;  ///< it has closed its end
    std::size_t writers_ = 0;
    std::string buffer_;
    std::size_t taken_ = 0;
};

}  // namespace sluice::script
