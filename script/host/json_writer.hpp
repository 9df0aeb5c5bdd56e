#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <jsapi.h>

namespace sluice::script {

/// Why a value cannot go through the socket.
struct WriteProblem {
    enum class Kind {
        thrown,     ///< code of the value threw: the exception is pending, or the run is over
        not_json,   ///< `message` says what and where
        too_large,  ///< `message` says so
    };
    Kind kind = Kind::thrown;
    std::string message;
};

/// Writes values as JSON, as JSON.stringify would, except that what JSON.stringify leaves out
/// (functions, symbols) or turns into something else (Map, Set) is a problem that names its place;
/// so are cycles and halves of surrogate pairs. `undefined` is null.
class JsonWriter {
  public:
    /// `name` is what the value is called in messages (`the result`); `limit` is of `out` as a
    /// whole.
    JsonWriter(JSContext* context, std::string& out, std::string_view name, std::size_t limit)
        : context_(context), out_(out), name_(name), limit_(limit) {}

    [[nodiscard]] bool write(JS::HandleValue value);
    [[nodiscard]] WriteProblem& problem() { return problem_; }

  private:
    struct Level;

    bool write_value(JS::HandleValue value, const Level* above);
    bool write_object(JS::HandleObject object, const Level* above);
    bool write_array(JS::HandleObject array, const Level& level);
    bool write_members(JS::HandleObject object, Level& level);
    bool write_string(JS::HandleString string, const Level* above);
    bool write_number(double number);
    bool to_json(JS::HandleObject object, JS::MutableHandleValue value, bool& replaced);
    bool refuse(const Level* above, std::string_view what);
    bool within_limit();

    JSContext* context_;
    std::string& out_;
    std::string_view name_;
    std::size_t limit_;
    WriteProblem problem_;
};

/// Appends UTF-8 as a JSON string.
void append_json_text(std::string& out, std::string_view utf8);
/// Appends a string's characters in UTF-8, cut at about `limit` bytes, halves of surrogate pairs as
/// U+FFFD. False with a pending exception when there is no memory for them.
[[nodiscard]] bool append_utf8(JSContext* context, JS::HandleString string, std::string& out,
                               std::size_t limit);

}  // namespace sluice::script
