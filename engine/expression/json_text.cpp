#include "engine/expression/json_text.hpp"

#include <array>
#include <cmath>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/calendar.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"

namespace sluice::expression {

namespace {

/// Collects short pieces, which are many, before they go on.
class Collected {
  public:
    explicit Collected(TextBuilder& out) : out_(out) {}

    void add(std::string_view piece) {
        if (piece.size() > buffer_.size() - size_) pass_on();
        if (piece.size() > buffer_.size()) return out_.add(piece);
        size_ += piece.copy(buffer_.data() + size_, piece.size());
    }
    void add(char character) {
        if (size_ == buffer_.size()) pass_on();
        buffer_[size_++] = character;
    }
    void pass_on() {
        out_.add({buffer_.data(), size_});
        size_ = 0;
    }

  private:
    TextBuilder& out_;
    std::array<char, 512> buffer_;
    std::size_t size_ = 0;
};

bool is_plain(char character) {
    return static_cast<unsigned char>(character) >= 0x20 && character != '"' && character != '\\';
}

/// The letter behind the backslash of a character that must be escaped.
constexpr char escape_letter(char character) {
    switch (character) {
        case '"':
        case '\\':
            return character;
        case '\b':
            return 'b';
        case '\t':
            return 't';
        case '\n':
            return 'n';
        case '\f':
            return 'f';
        case '\r':
            return 'r';
        default:
            return 'u';
    }
}

void add_quoted(TextBuilder& out, std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    Collected collected(out);
    collected.add('"');
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        while (at < text.size() && is_plain(text[at])) ++at;
        if (at > begin) collected.add(text.substr(begin, at - begin));
        if (at == text.size()) break;
        const char character = text[at++];
        const char letter = escape_letter(character);
        collected.add('\\');
        collected.add(letter);
        if (letter != 'u') continue;
        collected.add("00");
        collected.add(hexadecimal[static_cast<unsigned char>(character) >> 4]);
        collected.add(hexadecimal[static_cast<unsigned char>(character) & 15]);
    }
    collected.add('"');
    collected.pass_on();
}

class JsonWriter {
  public:
    JsonWriter(Evaluation& evaluation, const JsonLayout& layout)
        : evaluation_(evaluation), layout_(layout), out_(evaluation) {}

    Operand write(Operand operand) {
        add(operand);
        return out_.finish();
    }

  private:
    void add(Operand operand) {
        if (!evaluation_.spend(1)) return;
        switch (operand.kind()) {
            case Kind::number:
                if (!std::isfinite(operand.as_number())) return out_.add("null");
                [[fallthrough]];
            case Kind::boolean:
            case Kind::exact: {
                NumberBuffer buffer;
                return out_.add(to_text(evaluation_, operand, buffer));
            }
            case Kind::string:
                if (!evaluation_.scan(operand.as_text().size() * 8)) return;
                return add_quoted(out_, operand.as_text());
            case Kind::date: {
                DateBuffer buffer;
                const std::string_view text = iso_text(operand.as_time(), buffer);
                return text.empty() ? out_.add("null") : add_quoted(out_, text);
            }
            case Kind::array:
            case Kind::list:
                return add_array(operand);
            case Kind::object:
            case Kind::record:
                return add_object(operand);
            default:
                return out_.add("null");
        }
    }

    void add_array(Operand operand) {
        const Elements elements(operand);
        out_.add("[");
        ++level_;
        for (std::size_t i = 0; i < elements.size() && !evaluation_.failed(); ++i) {
            if (i != 0) out_.add(",");
            line();
            add(elements[i]);
        }
        --level_;
        if (elements.size() != 0) line();
        out_.add("]");
    }

    void add_object(Operand operand) {
        bool first = true;
        out_.add("{");
        ++level_;
        const auto field = [&](std::string_view name, Operand value) {
            if (value.is_undefined()) return;
            if (!first) out_.add(",");
            first = false;
            line();
            add_quoted(out_, name);
            out_.add(layout_.indent.empty() ? ":" : ": ");
            add(value);
        };
        if (layout_.only_names) {
            for (const std::string_view name : layout_.names) {
                if (!evaluation_.spend(1)) return;
                if (const auto value = find_field(evaluation_, operand, name)) field(name, *value);
            }
        } else {
            for_each_field(evaluation_, operand, field);
        }
        --level_;
        if (!first) line();
        out_.add("}");
    }

    void line() {
        if (layout_.indent.empty()) return;
        out_.add("\n");
        for (int i = 0; i < level_; ++i) out_.add(layout_.indent);
    }

    Evaluation& evaluation_;
    const JsonLayout& layout_;
    TextBuilder out_;
    int level_ = 0;
};

}  // namespace

Operand json_text(Evaluation& evaluation, Operand operand, const JsonLayout& layout) {
    if (operand.is_undefined() || operand.is(Kind::function)) return {};
    return JsonWriter(evaluation, layout).write(operand);
}

}  // namespace sluice::expression
