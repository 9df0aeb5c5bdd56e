#include "engine/model/json_text.hpp"

#include <array>
#include <boost/json/parser.hpp>
#include <charconv>
#include <cmath>

namespace sluice {
namespace {

template <typename Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end.ptr);
}

constexpr std::array<bool, 256> make_needs_escape() {
    std::array<bool, 256> table{};
    for (std::size_t at = 0; at < 0x20; ++at) table[at] = true;
    table['"'] = table['\\'] = true;
    return table;
}
constexpr auto needs_escape = make_needs_escape();

void append_escaped(std::string& out, unsigned char character) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (character) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        default:
            out += "\\u00";
            out += digits[character >> 4];
            out += digits[character & 15];
    }
}

/// Writes with or without indentation; `indent` below 0 is compact.
class Writer {
  public:
    Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

    void write(const Value& value) {
        switch (value.kind()) {
            case boost::json::kind::null: out_ += "null"; return;
            case boost::json::kind::bool_: out_ += value.get_bool() ? "true" : "false"; return;
            case boost::json::kind::int64: append_number(out_, value.get_int64()); return;
            case boost::json::kind::uint64: append_number(out_, value.get_uint64()); return;
            case boost::json::kind::double_:
                if (std::isfinite(value.get_double()))
                    append_number(out_, value.get_double());
                else
                    out_ += "null";
                return;
            case boost::json::kind::string: append_json_string(out_, value.get_string()); return;
            case boost::json::kind::array: write_array(value.get_array()); return;
            case boost::json::kind::object: write_object(value.get_object()); return;
        }
    }

  private:
    void write_array(const Array& array) {
        out_ += '[';
        ++depth_;
        bool first = true;
        for (const auto& element : array) {
            separate(first);
            write(element);
        }
        close(first, ']');
    }

    void write_object(const Object& object) {
        out_ += '{';
        ++depth_;
        bool first = true;
        for (const auto& member : object) {
            separate(first);
            append_json_string(out_, member.key());
            out_ += pretty_ ? ": " : ":";
            write(member.value());
        }
        close(first, '}');
    }

    void separate(bool& first) {
        if (!first) out_ += ',';
        first = false;
        new_line();
    }

    void close(bool empty, char bracket) {
        --depth_;
        if (!empty) new_line();
        out_ += bracket;
    }

    void new_line() {
        if (!pretty_) return;
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    std::string& out_;
    bool pretty_;
    std::size_t depth_ = 0;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t clean = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto character = static_cast<unsigned char>(text[at]);
        if (!needs_escape[character]) continue;
        out.append(text, clean, at - clean);
        append_escaped(out, character);
        clean = at + 1;
    }
    out.append(text, clean);
    out += '"';
}

void append_json(std::string& out, const Value& value) { Writer(out, false).write(value); }

std::string to_json(const Value& value) {
    std::string text;
    append_json(text, value);
    return text;
}

std::string to_pretty_json(const Value& value) {
    std::string text;
    Writer(text, true).write(value);
    return text;
}

result<Value> parse_json(std::string_view text, std::size_t max_depth) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    std::array<unsigned char, 2048> scratch;
    boost::json::parser parser({}, options, scratch.data(), scratch.size());
    boost::system::error_code error;
    const std::size_t consumed = parser.write_some(text.data(), text.size(), error);
    std::size_t offset = consumed;
    std::string reason;
    if (!error) {
        while (offset < text.size() && std::string_view(" \t\r\n").find(text[offset]) != std::string_view::npos) ++offset;
        if (offset == text.size()) return parser.release();
        reason = "there is more text after the value";
    } else if (error == boost::json::error::too_deep) {
        return Error{"json_too_deep", "JSON is nested deeper than " + std::to_string(max_depth) + " levels", {}};
    } else {
        reason = error == boost::json::error::incomplete ? "the text ends in the middle of a value" : error.message();
    }
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char character : text.substr(0, offset)) {
        column = character == '\n' ? 1 : column + 1;
        if (character == '\n') ++line;
    }
    return Error{"invalid_json",
                 "invalid JSON at line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + reason,
                 Object{{"offset", offset}, {"line", line}, {"column", column}}};
}

}  // namespace sluice
