#pragma once

#include <cstdint>
#include <string>

#include "engine/model/error.hpp"

namespace sluice::app {

/// Tells why a data file cannot be used; returns the exit code: usage when it is not a store at
/// all, failure when it is one that cannot be read.
int refuse(const Error& error);

/// A size as people read it: `12.3 MiB`.
[[nodiscard]] std::string readable_bytes(std::uint64_t bytes);

/// One line on a terminal that says how far a command is; nothing where nobody looks.
class ProgressLine {
  public:
    /// `wanted`: the command's output is for people.
    explicit ProgressLine(bool wanted);
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const std::string& text);
    void clear();

  private:
    bool terminal_;
    bool shown_ = false;
};

}  // namespace sluice::app
