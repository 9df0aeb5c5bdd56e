#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "engine/nodes/process_runner.hpp"

namespace sluice::process {

/// A text that keeps its first bytes. One that is full ends with a whole line where there is one
/// near its end: half a line may be half a secret, which nobody would recognise.
class FirstBytes {
  public:
    explicit FirstBytes(std::size_t most) : most_(most) {}

    void add(std::string_view bytes);
    [[nodiscard]] bool full() const { return full_; }
    std::string take() { return std::move(text_); }

  private:
    std::size_t most_;
    std::string text_;
    bool full_ = false;
};

/// A text that keeps its last bytes, from the beginning of a line on.
class LastBytes {
  public:
    explicit LastBytes(std::size_t most) : most_(most) {}

    void add(std::string_view bytes);
    std::string take();

  private:
    std::size_t most_;
    std::string text_;
    bool cut_ = false;
};

/// What a program writes, in bounded memory: both streams, both together, and line by line. Without
/// I/O.
class Output {
  public:
    using Line = std::function<bool(ProcessStream, std::string_view)>;

    Output(std::size_t most, Line line);

    /// What came next of one stream.
    void add(ProcessStream stream, std::string_view bytes);
    /// Nothing more will come: a last line without an end is a line.
    void finish();
    /// Whether it is worth the while to look for lines: the output costs time for each.
    [[nodiscard]] bool wants_lines() const { return line_ != nullptr || !both_.full(); }

    void move_into(ProcessEnd& end);

  private:
    struct Stream {
        explicit Stream(std::size_t most) : text(most) {}
        FirstBytes text;
        std::string line;        // what there is of one that has not ended
        bool line_told = false;  // it was too long to wait for its end
    };

    Stream& stream_of(ProcessStream stream) { return streams_[static_cast<std::size_t>(stream)]; }
    void add_lines(ProcessStream stream, std::string_view bytes);
    void tell(ProcessStream stream, std::string_view line);
    void flush(ProcessStream stream, bool line_ends);

    std::array<Stream, 2> streams_;
    FirstBytes both_;
    LastBytes error_end_;
    Line line_;
};

}  // namespace sluice::process
