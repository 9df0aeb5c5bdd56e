#include "engine/model/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

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
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
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
            case boost::json::kind::null:
                out_ += "null";
                return;
            case boost::json::kind::bool_:
                out_ += value.get_bool() ? "true" : "false";
                return;
            case boost::json::kind::int64:
                append_number(out_, value.get_int64());
                return;
            case boost::json::kind::uint64:
                append_number(out_, value.get_uint64());
                return;
            case boost::json::kind::double_:
                if (std::isfinite(value.get_double()))
                    append_number(out_, value.get_double());
                else
                    out_ += "null";
                return;
            case boost::json::kind::string:
                append_json_string(out_, value.get_string());
                return;
            case boost::json::kind::array:
                write_array(value.get_array());
                return;
            case boost::json::kind::object:
                write_object(value.get_object());
                return;
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

/// The inside of a JSON string.
void append_json_text(std::string& out, std::string_view text) {
    std::size_t clean = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto character = static_cast<unsigned char>(text[at]);
        if (!needs_escape[character]) continue;
        out.append(text, clean, at - clean);
        append_escaped(out, character);
        clean = at + 1;
    }
    out.append(text, clean);
}

/// Writes compact text and hands it on piece by piece.
class PieceWriter {
  public:
    PieceWriter(std::size_t piece_bytes, const std::function<void(std::string_view)>& take)
        : piece_bytes_(piece_bytes), take_(take) {}

    void write(const Value& value) {
        if (const auto* const text = value.if_string())
            write_text(*text);
        else if (const auto* const array = value.if_array())
            write_array(*array);
        else if (const auto* const object = value.if_object())
            write_object(*object);
        else
            append_json(text_, value);
        hand_on();
    }

    void end() {
        if (!text_.empty()) take_(text_);
    }

  private:
    static constexpr std::size_t slice_bytes = 16u << 10;

    void write_text(std::string_view text) {
        text_ += '"';
        for (; !text.empty(); text.remove_prefix(std::min(slice_bytes, text.size()))) {
            append_json_text(text_, text.substr(0, slice_bytes));
            hand_on();
        }
        text_ += '"';
    }

    void write_array(const Array& array) {
        char before = '[';
        for (const auto& element : array) {
            text_ += std::exchange(before, ',');
            write(element);
        }
        text_ += before == '[' ? "[]" : "]";
    }

    void write_object(const Object& object) {
        char before = '{';
        for (const auto& member : object) {
            text_ += std::exchange(before, ',');
            write_text(member.key());
            text_ += ':';
            write(member.value());
        }
        text_ += before == '{' ? "{}" : "}";
    }

    void hand_on() {
        while (text_.size() >= piece_bytes_) {
            take_(std::string_view(text_).substr(0, piece_bytes_));
            text_.erase(0, piece_bytes_);
        }
    }

    std::size_t piece_bytes_;
    const std::function<void(std::string_view)>& take_;
    std::string text_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    append_json_text(out, text);
    out += '"';
}

void write_json(const Value& value, std::size_t piece_bytes,
                const std::function<void(std::string_view)>& take) {
    PieceWriter writer(piece_bytes, take);
    writer.write(value);
    writer.end();
}

void append_json(std::string& out, const Value& value) {
    Writer(out, false).write(value);
}

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

namespace {

/// Builds a value from the parser's events, as boost::json::parser does, except that numbers with a
/// fraction are rounded correctly: Boost 1.81 misreads the last bit of one in seven doubles of 17
/// digits.
struct ValueBuilder {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using Code = boost::system::error_code;
    using Text = boost::json::string_view;

    boost::json::value_stack stack;
    std::string number;  // the parts of one that the parser gave in pieces

    bool on_document_begin(Code&) {
        stack.reset();
        return true;
    }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t size, Code&) {
        stack.push_object(size);
        return true;
    }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t size, Code&) {
        stack.push_array(size);
        return true;
    }
    bool on_key_part(Text text, std::size_t, Code&) {
        stack.push_chars(text);
        return true;
    }
    bool on_key(Text text, std::size_t, Code&) {
        stack.push_key(text);
        return true;
    }
    bool on_string_part(Text text, std::size_t, Code&) {
        stack.push_chars(text);
        return true;
    }
    bool on_string(Text text, std::size_t, Code&) {
        stack.push_string(text);
        return true;
    }
    bool on_number_part(Text text, Code&) {
        number += text;
        return true;
    }
    bool on_int64(std::int64_t value, Text, Code&) {
        number.clear();
        stack.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, Text, Code&) {
        number.clear();
        stack.push_uint64(value);
        return true;
    }
    bool on_double(double value, Text text, Code&) {
        number += text;
        double exact = value;
        std::from_chars(number.data(), number.data() + number.size(), exact);
        number.clear();
        stack.push_double(std::isfinite(exact) ? exact : value);
        return true;
    }
    bool on_bool(bool value, Code&) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(Code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }
};

}  // namespace

struct JsonReader::Parser {
    explicit Parser(const boost::json::parse_options& options) : parser(options) {}
    boost::json::basic_parser<ValueBuilder> parser;
    boost::system::error_code error;
};

JsonReader::JsonReader(std::size_t max_depth) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    parser_ = std::make_unique<Parser>(options);
}

JsonReader::~JsonReader() = default;

bool JsonReader::take(std::string_view piece) {
    if (parser_->error) return false;
    const auto read = parser_->parser.write_some(true, piece.data(), piece.size(), parser_->error);
    if (!parser_->error && read < piece.size()) parser_->error = boost::json::error::extra_data;
    return !parser_->error;
}

result<Value> JsonReader::end() {
    if (!parser_->error) (void)parser_->parser.write_some(false, "", 0, parser_->error);
    if (!parser_->error) return parser_->parser.handler().stack.release();
    return Error{parser_->error == boost::json::error::too_deep ? "json_too_deep" : "invalid_json",
                 "invalid JSON: " + parser_->error.message(),
                 {}};
}

result<Value> parse_json(std::string_view text, std::size_t max_depth) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::basic_parser<ValueBuilder> parser(options);
    boost::system::error_code error;
    std::size_t offset = parser.write_some(false, text.data(), text.size(), error);
    std::string reason;
    if (!error) {
        while (offset < text.size() &&
               std::string_view(" \t\r\n").find(text[offset]) != std::string_view::npos)
            ++offset;
        if (offset == text.size()) return parser.handler().stack.release();
        reason = "there is more text after the value";
    } else if (error == boost::json::error::too_deep) {
        return Error{"json_too_deep",
                     "JSON is nested deeper than " + std::to_string(max_depth) + " levels",
                     {}};
    } else {
        reason = error == boost::json::error::incomplete ? "the text ends in the middle of a value"
                                                         : error.message();
    }
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char character : text.substr(0, offset)) {
        column = character == '\n' ? 1 : column + 1;
        if (character == '\n') ++line;
    }
    return Error{"invalid_json",
                 "invalid JSON at line " + std::to_string(line) + ", column " +
                     std::to_string(column) + ": " + reason,
                 Object{{"offset", offset}, {"line", line}, {"column", column}}};
}

}  // namespace sluice
