#include "process/output.hpp"

#include <utility>

namespace sluice::process {
namespace {

constexpr std::size_t longest_line = 64u << 10;
constexpr std::size_t error_end_bytes = 4u << 10;
/// A line that is longer is cut where the text is full.
constexpr std::size_t longest_cut_line = 32u << 10;

}  // namespace

void FirstBytes::add(std::string_view bytes) {
    if (full_) return;
    if (bytes.size() <= most_ - text_.size()) {
        text_.append(bytes);
        return;
    }
    full_ = true;
    text_.append(bytes.substr(0, most_ - text_.size()));
    const auto end = text_.rfind('\n');
    if (end != std::string::npos && text_.size() - end <= longest_cut_line) {
        text_.resize(end + 1);
        return;
    }
    std::size_t continued = 0;  // keep UTF-8 whole
    while (continued < 3 && continued < text_.size() &&
           (static_cast<unsigned char>(text_[text_.size() - 1 - continued]) & 0xC0) == 0x80)
        ++continued;
    if (continued < text_.size() &&
        static_cast<unsigned char>(text_[text_.size() - 1 - continued]) >= 0xC0)
        text_.resize(text_.size() - 1 - continued);
}

void LastBytes::add(std::string_view bytes) {
    if (bytes.size() > most_) {
        cut_ = true;
        text_.assign(bytes.substr(bytes.size() - most_));
        return;
    }
    text_.append(bytes);
    if (text_.size() <= 2 * most_) return;
    cut_ = true;
    text_.erase(0, text_.size() - most_);
}

std::string LastBytes::take() {
    if (text_.size() > most_) {
        cut_ = true;
        text_.erase(0, text_.size() - most_);
    }
    if (cut_)
        if (const auto end = text_.find('\n'); end + 1 < text_.size()) text_.erase(0, end + 1);
    return std::move(text_);
}

Output::Output(std::size_t most, Line line)
    : streams_{Stream(most), Stream(most)},
      both_(most),
      error_end_(error_end_bytes),
      line_(std::move(line)) {}

void Output::add(ProcessStream stream, std::string_view bytes) {
    stream_of(stream).text.add(bytes);
    if (stream == ProcessStream::error) error_end_.add(bytes);
    if (wants_lines()) add_lines(stream, bytes);
}

void Output::add_lines(ProcessStream stream, std::string_view bytes) {
    auto& line = stream_of(stream).line;
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end);
        const auto room = longest_line - line.size();
        line.append(part.substr(0, room));
        if (part.size() > room) {
            bytes.remove_prefix(room);
            flush(stream, false);
            continue;
        }
        if (end == std::string_view::npos) return;
        flush(stream, true);
        bytes.remove_prefix(end + 1);
    }
}

/// Passes on what there is of a line: the whole, or a part that is too long to be kept.
void Output::flush(ProcessStream stream, bool line_ends) {
    auto& state = stream_of(stream);
    both_.add(state.line);
    if (line_ends) both_.add("\n");
    if (!state.line_told) tell(stream, state.line);
    state.line_told = !line_ends;
    state.line.clear();
}

void Output::tell(ProcessStream stream, std::string_view line) {
    if (!line_) return;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line_(stream, line)) line_ = nullptr;
}

void Output::finish() {
    for (const auto stream : {ProcessStream::output, ProcessStream::error}) {
        auto& state = stream_of(stream);
        if (state.line.empty()) continue;
        both_.add(state.line);
        if (!state.line_told) tell(stream, state.line);
        state.line.clear();
    }
}

void Output::move_into(ProcessEnd& end) {
    auto& output = stream_of(ProcessStream::output).text;
    auto& error = stream_of(ProcessStream::error).text;
    end.truncated = output.full() || error.full() || both_.full();
    end.output = output.take();
    end.error = error.take();
    end.both = both_.take();
    end.error_end = error_end_.take();
}

}  // namespace sluice::process
