#include "engine/expression/regex_translation.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "engine/expression/number_text.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

using Refusal = RegularExpression::Refusal;

constexpr std::string_view spaces =
    "\\t\\n\\v\\f\\r "
    "\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{"
    "feff}";
constexpr std::string_view no_spaces =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{"
    "2027}"
    "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{"
    "10ffff}";
constexpr std::string_view any = "[\\x{0}-\\x{10ffff}]";
constexpr std::string_view code_node = "a code node can do this";
constexpr std::size_t most_repetitions = 1000;  // RE2's bound
constexpr std::size_t unbounded = std::numeric_limits<std::uint32_t>::max();

/// What is known about a part of the pattern.
struct Part {
    bool may_be_empty = false;
    bool group = false;     ///< in brackets: what a quantifier repeats as a whole
    bool pair = false;      ///< a character of two UTF-16 units
    bool captures = false;  ///< has groups that capture
    bool sure = true;       ///< all of them take part whenever the part does
    std::size_t longest = 0;
};

class Translator {
  public:
    Translator(std::string_view pattern, RegexFlags flags) : pattern_(pattern), flags_(flags) {}

    boost::system::result<RegexTranslation, Refusal> run() {
        const Part whole = disjunction(0);
        if (!refusal_ && position_ < pattern_.size()) wrong("`)` closes nothing");
        if (refusal_) return *std::move(refusal_);
        result_.may_be_empty = whole.may_be_empty;
        result_.longest = whole.longest >= unbounded ? 0 : std::max<std::size_t>(whole.longest, 1);
        result_.ascii = is_ascii(pattern_);
        return std::move(result_);
    }

  private:
    Part disjunction(int depth) {
        if (depth > 50) unsupported("the regular expression nests too deep", {});
        Part result = alternative(depth);
        bool several = false;
        while (!refusal_ && take('|')) {
            several = true;
            out("|");
            const Part next = alternative(depth);
            result.may_be_empty = result.may_be_empty || next.may_be_empty;
            result.captures = result.captures || next.captures;
            result.longest = std::max(result.longest, next.longest);
        }
        if (several) result.sure = !result.captures;
        return result;
    }

    Part alternative(int depth) {
        Part result;
        result.may_be_empty = true;
        while (!refusal_ && position_ < pattern_.size() && peek() != '|' && peek() != ')') {
            const Part next = term(depth);
            result.may_be_empty = result.may_be_empty && next.may_be_empty;
            result.captures = result.captures || next.captures;
            result.sure = result.sure && next.sure;
            result.longest = std::min(result.longest + next.longest, unbounded);
        }
        return result;
    }

    Part term(int depth) {
        if (assertion()) {
            Part result;
            result.may_be_empty = true;
            if (position_ < pattern_.size() &&
                std::string_view("*+?{").find(peek()) != std::string_view::npos)
                wrong("nothing is there to be repeated");
            return result;
        }
        const Part atom = peek() == '(' ? group(depth) : character();
        return refusal_ ? atom : quantified(atom);
    }

    bool assertion() {
        const std::string_view rest = pattern_.substr(position_);
        if (take('^')) return out(flags_.multiline ? "(?m:^)" : "\\A"), true;
        if (take('$')) return out(flags_.multiline ? "(?m:$)" : "\\z"), true;
        if (rest.starts_with("\\b") || rest.starts_with("\\B")) {
            out(rest.substr(0, 2));
            position_ += 2;
            result_.whole_characters = result_.whole_characters && rest[1] == 'b';
            return true;
        }
        return false;
    }

    Part group(int depth) {
        ++position_;
        Part result;
        const std::string_view rest = pattern_.substr(position_);
        bool captures = true;
        if (rest.starts_with("?:")) {
            position_ += 2;
            captures = false;
            out("(?:");
        } else if (rest.starts_with("?=") || rest.starts_with("?!") || rest.starts_with("?<=") ||
                   rest.starts_with("?<!")) {
            unsupported("regular expressions cannot look around here", code_node);
        } else if (rest.starts_with("?<")) {
            position_ += 2;
            const std::size_t end = pattern_.find('>', position_);
            if (end == std::string_view::npos) wrong("the name of the group has no end");
            std::string name(pattern_.substr(position_, end - position_));
            const bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                               std::ranges::all_of(name, [](char letter) {
                                   return letter == '_' || digit_value(letter) < 36;
                               });
            if (!plain) unsupported("the name of a group has ASCII letters, digits and _", {});
            if (std::ranges::find(result_.group_names, name) != result_.group_names.end())
                wrong("two groups have the same name");
            if (refusal_) return result;
            position_ = end + 1;
            out("(");
            result_.group_names.push_back(std::move(name));
        } else if (rest.starts_with("?")) {
            wrong("`(?` begins nothing that is known");
        } else {
            out("(");
            result_.group_names.emplace_back();
        }
        if (refusal_) return result;
        result = disjunction(depth + 1);
        if (!refusal_ && !take(')')) wrong("`)` is missing");
        out(")");
        result.group = true;
        result.captures = result.captures || captures;
        return result;
    }

    Part quantified(Part atom) {
        std::size_t least = 1;
        std::size_t most = 1;
        const std::size_t begin = position_;
        if (take('*')) {
            least = 0;
            most = unbounded;
        } else if (take('+')) {
            most = unbounded;
        } else if (take('?')) {
            least = 0;
        } else if (peek() != '{' || !bounds(least, most)) {
            return atom;
        }
        out(pattern_.substr(begin, position_ - begin));
        if (take('?')) out("?");
        // Without the flag u, the second half of a pair alone would be repeated.
        if (atom.pair) result_.whole_characters = false;
        atom.pair = false;
        if (position_ < pattern_.size() &&
            std::string_view("*+?{").find(peek()) != std::string_view::npos)
            wrong("nothing is there to be repeated");
        if (atom.group && atom.may_be_empty) {
            unsupported("a group that may be empty cannot be repeated here",
                        "let the group match at least one character");
        } else if (atom.captures && !atom.sure && most > 1) {
            unsupported("a group inside of what is repeated must take part in each repetition here",
                        "write (?: ... ) where the group is not needed");
        }
        atom.may_be_empty = atom.may_be_empty || least == 0;
        atom.sure = !atom.captures || (atom.sure && least > 0);
        atom.longest =
            most >= unbounded || atom.longest >= unbounded ? unbounded : atom.longest * most;
        return atom;
    }

    /// `{2}`, `{2,}` or `{2,3}`.
    bool bounds(std::size_t& least, std::size_t& most) {
        const auto number = [this]() -> std::optional<std::size_t> {
            std::size_t value = 0;
            const char* const begin = pattern_.data() + position_;
            const auto [end, error] =
                std::from_chars(begin, pattern_.data() + pattern_.size(), value);
            if (end == begin) return {};
            position_ += static_cast<std::size_t>(end - begin);
            return error == std::errc() ? value : unbounded;
        };
        ++position_;
        const auto low = number();
        std::optional<std::size_t> high = low;
        if (low && take(',')) {
            high = peek() == '}' ? unbounded : number();
        }
        if (!low || !high || !take('}')) {
            wrong("`{` begins a number of repetitions", "write \\{ for the character");
            return false;
        }
        if (*low > *high) wrong("the numbers of repetitions are out of order");
        if (*low > most_repetitions || (*high > most_repetitions && *high != unbounded)) {
            unsupported("more than 1000 repetitions cannot be counted here", code_node);
        }
        least = *low;
        most = *high;
        return true;
    }

    Part character() {
        Part result;
        result.longest = 1;
        const char first = peek();
        if (first == '.') {
            ++position_;
            result_.whole_characters = false;
            out(flags_.dot_all ? any : "[^\\n\\r\\x{2028}\\x{2029}]");
        } else if (first == '[') {
            ++position_;
            character_class();
        } else if (first == '\\') {
            ++position_;
            if (const auto set = class_escape()) {
                result_.whole_characters = result_.whole_characters && set->second;
                out(set->first[0] == '\\' && set->first.size() == 2
                        ? std::string(set->first)
                        : "[" + std::string(set->first) + "]");
            } else {
                result.pair = literal(escaped(false));
            }
        } else if (std::string_view("*+?{").find(first) != std::string_view::npos) {
            wrong("nothing is there to be repeated", "write \\ before it for the character");
        } else if (first == '}' || first == ']') {
            wrong("a bracket closes nothing", "write \\ before it for the character");
        } else {
            result.pair = literal(decode_utf8(pattern_, position_));
        }
        return result;
    }

    /// `\d` and its kin: what it stands for inside of a class, and whether it matches whole
    /// characters only.
    std::optional<std::pair<std::string_view, bool>> class_escape() {
        const char mark = peek();
        switch (mark) {
            case 'd':
                return ++position_, std::pair(std::string_view("\\d"), true);
            case 'D':
                return ++position_, std::pair(std::string_view("\\D"), false);
            case 'w':
                return ++position_, std::pair(std::string_view("\\w"), true);
            case 'W':
                return ++position_, std::pair(std::string_view("\\W"), false);
            case 's':
                return ++position_, std::pair(spaces, true);
            case 'S':
                return ++position_, std::pair(no_spaces, false);
            default:
                return {};
        }
    }

    void character_class() {
        std::string set;
        const bool negated = take('^');
        if (negated) result_.whole_characters = false;
        while (!refusal_ && !take(']')) {
            if (position_ >= pattern_.size())
                return wrong("the class has no end", "close it with ]");
            const auto low = class_item(set);
            if (!low || peek() != '-' || position_ + 1 >= pattern_.size() ||
                pattern_[position_ + 1] == ']') {
                if (low) add(set, *low);
                if (!low && peek() == '-' && position_ + 1 < pattern_.size() &&
                    pattern_[position_ + 1] != ']')
                    unsupported("a set cannot begin a range", "put the - at the end of the class");
                continue;
            }
            ++position_;
            std::string ignored;
            const auto high = class_item(ignored);
            if (refusal_) return;
            if (!high)
                return unsupported("a set cannot end a range", "put the - at the end of the class");
            if (*low > *high) return wrong("the range of the class is out of order");
            if (*high >= 0xD800) result_.whole_characters = false;
            add(set, *low);
            set += '-';
            add(set, *high);
        }
        if (set.empty()) {
            if (!negated) return unsupported("an empty class matches nothing", code_node);
            return out(any);
        }
        out(negated ? "[^" : "[");
        out(set);
        out("]");
    }

    /// A character of a class, or nothing when it was a set, which is added.
    std::optional<char32_t> class_item(std::string& set) {
        if (!take('\\')) {
            if (position_ >= pattern_.size()) return 0;
            return seen(decode_utf8(pattern_, position_));
        }
        if (const auto known = class_escape()) {
            result_.whole_characters = result_.whole_characters && known->second;
            set += known->first;
            return {};
        }
        return seen(escaped(true));
    }

    char32_t seen(char32_t value) {
        if (value >= 0x10000) result_.whole_characters = false;
        return value;
    }

    char32_t escaped(bool in_class) {
        if (position_ >= pattern_.size()) {
            wrong("nothing follows the `\\`");
            return 0;
        }
        const char mark = pattern_[position_];
        constexpr std::string_view letters = "tnvfr";
        constexpr std::string_view meanings = "\t\n\v\f\r";
        if (const auto known = letters.find(mark); known != std::string_view::npos) {
            ++position_;
            return static_cast<unsigned char>(meanings[known]);
        }
        if (mark == 'b' && in_class) return ++position_, 0x08;
        if (mark == '0' && !(digit_value(peek(1)) < 10)) return ++position_, 0;
        if (mark >= '0' && mark <= '9') {
            unsupported("a regular expression cannot refer back to a group here", code_node);
            return 0;
        }
        if (mark == 'x' || mark == 'u') return numbered(mark == 'x' ? 2 : 4);
        if (mark == 'c' && digit_value(peek(1)) >= 10 && digit_value(peek(1)) < 36) {
            position_ += 2;
            return static_cast<char32_t>(pattern_[position_ - 1] & 31);
        }
        if (mark == 'p' || mark == 'P') {
            unsupported("classes of Unicode such as \\p{L} are not available", code_node);
            return 0;
        }
        if (mark == 'k' || digit_value(mark) < 36) {
            unsupported(std::string("`\\") + mark + "` is not available in a regular expression",
                        code_node);
            return 0;
        }
        constexpr std::string_view syntax = "^$\\.*+?()[]{}|/";
        if (flags_.unicode && syntax.find(mark) == std::string_view::npos &&
            !(mark == '-' && in_class)) {
            wrong(std::string("`\\") + mark + "` means nothing with the flag u");
            return 0;
        }
        return decode_utf8(pattern_, position_);
    }

    char32_t numbered(std::size_t digits) {
        ++position_;
        char32_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const int digit = digit_value(peek());
            if (digit > 15) {
                unsupported("this escape needs " + std::to_string(digits) + " hexadecimal digits",
                            "write \\xE9 or \\u00E9");
                return 0;
            }
            value = value * 16 + static_cast<char32_t>(digit);
            ++position_;
        }
        if (value >= 0xD800 && value < 0xE000) {
            unsupported("half of a surrogate pair is no character", "write the character itself");
        }
        return value;
    }

    bool literal(char32_t value) {
        add(result_.pattern, value);
        return value >= 0x10000;
    }

    static void add(std::string& text, char32_t value) {
        const bool plain = value < 0x80 && digit_value(static_cast<char>(value)) < 36;
        if (plain) {
            text += static_cast<char>(value);
            return;
        }
        char buffer[8];
        const auto written =
            std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::uint32_t>(value), 16);
        text += "\\x{";
        text.append(buffer, written.ptr);
        text += '}';
    }

    void out(std::string_view text) { result_.pattern += text; }
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : '\0';
    }
    bool take(char expected) {
        if (position_ >= pattern_.size() || pattern_[position_] != expected) return false;
        ++position_;
        return true;
    }
    void wrong(std::string message, std::string_view hint = {}) {
        if (!refusal_)
            refusal_ = {"expression_syntax", std::move(message), std::string(hint), position_};
    }
    void unsupported(std::string message, std::string_view hint) {
        if (!refusal_)
            refusal_ = {"expression_unsupported", std::move(message), std::string(hint), position_};
    }

    std::string_view pattern_;
    RegexFlags flags_;
    std::size_t position_ = 0;
    RegexTranslation result_;
    std::optional<Refusal> refusal_;
};

}  // namespace

boost::system::result<RegexTranslation, Refusal> translate_regex(std::string_view pattern,
                                                                 RegexFlags flags) {
    return Translator(pattern, flags).run();
}

}  // namespace sluice::expression
