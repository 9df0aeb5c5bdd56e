#include <algorithm>
#include <string>
#include <vector>

#include "engine/expression/builders.hpp"
#include "engine/expression/json_text.hpp"
#include "engine/expression/number_text.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

/// Reads JSON text (RFC 8259) strictly, as JSON.parse does, straight into the arena. Strings
/// without escapes are borrowed from the text.
class JsonReader {
  public:
    JsonReader(Evaluation& evaluation, std::string_view text)
        : evaluation_(evaluation), text_(text) {}

    Operand read() {
        const Operand result = value(1);
        space();
        if (position_ != text_.size()) return wrong();
        return evaluation_.failed() ? Operand() : result;
    }

  private:
    Operand value(std::size_t depth) {
        space();
        if (depth > evaluation_.value_depth() + 1) {
            return evaluation_.over_budget("the JSON text nests deeper than " +
                                           std::to_string(evaluation_.value_depth()));
        }
        if (!evaluation_.spend(1)) return {};
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return Operand::text(string());
            case 't':
                return word("true", Operand::boolean(true));
            case 'f':
                return word("false", Operand::boolean(false));
            case 'n':
                return word("null", Operand::null());
            default:
                return number();
        }
    }

    Operand word(std::string_view expected, Operand result) {
        if (!text_.substr(position_).starts_with(expected)) return wrong();
        position_ += expected.size();
        return result;
    }

    Operand number() {
        const std::size_t begin = position_;
        const bool negative = take('-');
        const std::string_view rest = text_.substr(position_);
        const std::size_t size = decimal_prefix(rest);
        const std::string_view literal = rest.substr(0, size);
        const std::size_t point = literal.find('.');
        const bool valid = size != 0 && literal[0] != '.' &&
                           !(literal.size() > 1 && literal[0] == '0' && is_digit(literal[1])) &&
                           (point == std::string_view::npos ||
                            (point + 1 < literal.size() && is_digit(literal[point + 1])));
        if (!valid) {
            position_ = begin;
            return wrong();
        }
        position_ += size;
        const double magnitude = decimal_value(literal);
        return Operand::number(negative ? -magnitude : magnitude);
    }

    std::string_view string() {
        const std::size_t begin = ++position_;
        std::string decoded;
        bool escaped = false;
        std::size_t plain = begin;
        while (position_ < text_.size()) {
            const char character = text_[position_];
            if (character == '"') {
                const std::string_view last = text_.substr(plain, position_ - plain);
                ++position_;
                evaluation_.scan(position_ - begin);
                return escaped ? evaluation_.keep(decoded.append(last)) : last;
            }
            if (static_cast<unsigned char>(character) < 0x20) break;
            if (character != '\\') {
                ++position_;
                continue;
            }
            escaped = true;
            decoded.append(text_.substr(plain, position_ - plain));
            ++position_;
            if (!escape(decoded)) return {};
            plain = position_;
        }
        wrong();
        return {};
    }

    bool escape(std::string& out) {
        constexpr std::string_view marks = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char mark = peek();
        if (const auto known = marks.find(mark); known != std::string_view::npos && mark != '\0') {
            out.push_back(meanings[known]);
            ++position_;
            return true;
        }
        char32_t unit = 0;
        if (mark != 'u' || !code_unit(unit)) {
            wrong();
            return false;
        }
        if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(position_).starts_with("\\u")) {
            ++position_;
            char32_t low = 0;
            if (!code_unit(low)) {
                wrong();
                return false;
            }
            unit = low >= 0xDC00 && low < 0xE000
                       ? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                       : 0xD800;
        }
        if (unit >= 0xD800 && unit < 0xE000) {
            evaluation_.unsupported("the JSON text has half of a surrogate pair");
            return false;
        }
        encode_utf8(unit, out);
        return true;
    }

    /// Reads `uXXXX`.
    bool code_unit(char32_t& unit) {
        ++position_;
        for (int i = 0; i < 4; ++i) {
            const int digit = digit_value(peek());
            if (digit > 15) return false;
            unit = unit * 16 + static_cast<char32_t>(digit);
            ++position_;
        }
        return true;
    }

    Operand array(std::size_t depth) {
        ++position_;
        ListBuilder list(evaluation_, 0);
        space();
        if (take(']')) return list.finish();
        while (true) {
            list.add(value(depth + 1));
            if (evaluation_.failed()) return {};
            space();
            if (take(']')) return list.finish();
            if (!take(',')) return wrong();
        }
    }

    Operand object(std::size_t depth) {
        ++position_;
        std::vector<Field> fields;
        space();
        bool closed = take('}');
        while (!closed) {
            space();
            if (peek() != '"') return wrong();
            const std::string_view name = string();
            space();
            if (evaluation_.failed() || !take(':')) return wrong();
            fields.push_back({name, value(depth + 1)});
            if (evaluation_.failed() || !evaluation_.count_bytes(sizeof(Field))) return {};
            space();
            closed = take('}');
            if (!closed && !take(',')) return wrong();
        }
        RecordBuilder record(evaluation_, fields.size());
        for (const Field& field : fields) record.set(field.name, field.value);
        return record.finish();
    }

    Operand wrong() {
        if (position_ >= text_.size())
            return evaluation_.type_error("the JSON text ends too early");
        return evaluation_.type_error("the JSON text is wrong at byte " +
                                      std::to_string(position_));
    }

    void space() {
        while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t' ||
                                            text_[position_] == '\n' || text_[position_] == '\r')) {
            ++position_;
        }
    }
    bool take(char expected) {
        if (peek() != expected) return false;
        ++position_;
        return true;
    }
    [[nodiscard]] char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
    static bool is_digit(char character) { return character >= '0' && character <= '9'; }

    Evaluation& evaluation_;
    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace

Operand parse_json(Evaluation& evaluation, std::string_view text) {
    if (!evaluation.scan(text.size())) return {};
    return JsonReader(evaluation, text).read();
}

}  // namespace sluice::expression
