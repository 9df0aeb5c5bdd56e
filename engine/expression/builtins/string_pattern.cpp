#include <array>
#include <span>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/builtins/replacement.hpp"
#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/regular_expression.hpp"
#include "engine/expression/utf16.hpp"

/// The methods that take regular expressions (ECMA-262, 22.1.3 and 22.2.6).
namespace sluice::expression {

namespace {

/// A step is worth so many bytes that a regular expression looks at.
constexpr std::size_t bytes_a_step = 16;
constexpr std::size_t most_places = 31;

/// The matches of an expression in a text, one after the other.
class Matches {
  public:
    Matches(Evaluation& evaluation, const RegularExpression& expression, std::string_view text)
        : evaluation_(evaluation), expression_(expression), text_(text) {
        if (const char* const reason = expression.refusal(text)) {
            evaluation.unsupported(reason, "a code node can do this");
        }
        if (text_.data() == nullptr) text_ = "";
    }

    /// The next match that begins at or behind the byte `from`.
    bool find(std::size_t from) {
        if (evaluation_.failed() || from > text_.size()) return false;
        const bool found = expression_.find(text_, from, all());
        const std::size_t end = found ? end_of_match() : text_.size();
        // Groups are found by a slower machine of RE2's.
        const std::size_t weight = expression_.groups() == 0 ? 1 : 4;
        return evaluation_.spend(4 +
                                 expression_.looked_at(text_, from, end) / bytes_a_step * weight) &&
               found;
    }
    /// Where to go on behind the last match.
    [[nodiscard]] std::size_t next() const {
        std::size_t end = end_of_match();
        if (!places_[0].empty()) return end;
        if (end >= text_.size()) return text_.size() + 1;
        (void)decode_utf8(text_, end);
        return end;
    }
    [[nodiscard]] std::size_t begin_of_match() const {
        return static_cast<std::size_t>(places_[0].data() - text_.data());
    }
    [[nodiscard]] std::size_t end_of_match() const { return begin_of_match() + places_[0].size(); }
    [[nodiscard]] std::span<const std::string_view> places() const {
        return std::span(places_).first(expression_.groups() + 1);
    }
    [[nodiscard]] std::string_view text() const { return text_; }

    /// The array that `exec` gives.
    Operand array() {
        ListBuilder list(evaluation_, expression_.groups() + 1);
        for (const std::string_view place : places()) list.add(group_operand(place));
        const StringUnits units(evaluation_, text_);
        RecordBuilder extras(evaluation_, 3);
        extras.set("index", Operand::number(static_cast<double>(units.unit_of(begin_of_match()))));
        extras.set("input", Operand::text(text_));
        extras.set("groups", named_groups(evaluation_, expression_, places()));
        const Operand record = extras.finish();
        if (evaluation_.failed()) return {};
        list.set_match(record);
        return list.finish();
    }

  private:
    std::span<std::string_view> all() { return std::span(places_).first(expression_.groups() + 1); }

    Evaluation& evaluation_;
    const RegularExpression& expression_;
    std::string_view text_;
    std::array<std::string_view, most_places> places_;
};

Operand refuse_text(Evaluation& evaluation) {
    return evaluation.unsupported("a regular expression is wanted as the argument",
                                  "write it between slashes: /a+/");
}

Operand refuse_local(Evaluation& evaluation, std::string_view method) {
    return evaluation.type_error(
        std::string(method) + " wants a regular expression with the flag g", "write /.../g");
}

Operand match(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    if (!argument(arguments, 0).is(Kind::regex)) return refuse_text(evaluation);
    const RegularExpression& expression = arguments[0].as_regex();
    Matches matches(evaluation, expression, receiver.as_text());
    if (!expression.global()) return matches.find(0) ? matches.array() : Operand::null();
    ListBuilder list(evaluation, 0);
    bool any = false;
    for (std::size_t from = 0; matches.find(from); from = matches.next()) {
        any = true;
        list.add(Operand::text(matches.places()[0]));
    }
    return any ? list.finish() : Operand::null();
}

Operand match_all(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    if (!argument(arguments, 0).is(Kind::regex)) return refuse_text(evaluation);
    const RegularExpression& expression = arguments[0].as_regex();
    if (!expression.global()) return refuse_local(evaluation, "matchAll");
    Matches matches(evaluation, expression, receiver.as_text());
    ListBuilder list(evaluation, 0);
    for (std::size_t from = 0; matches.find(from); from = matches.next()) list.add(matches.array());
    return list.finish();
}

Operand search(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    if (!argument(arguments, 0).is(Kind::regex)) return refuse_text(evaluation);
    Matches matches(evaluation, arguments[0].as_regex(), receiver.as_text());
    if (!matches.find(0)) return Operand::number(-1);
    const StringUnits units(evaluation, matches.text());
    return Operand::number(static_cast<double>(units.unit_of(matches.begin_of_match())));
}

Operand replace_matches(Evaluation& evaluation, Operand receiver, Arguments arguments, bool all) {
    const RegularExpression& expression = arguments[0].as_regex();
    const Replacement replacement(evaluation, argument(arguments, 1));
    Matches matches(evaluation, expression, receiver.as_text());
    TextBuilder out(evaluation);
    std::size_t copied = 0;
    for (std::size_t from = 0; matches.find(from); from = matches.next()) {
        out.add(matches.text().substr(copied, matches.begin_of_match() - copied));
        replacement.add(evaluation, out, matches.text(), matches.places(), &expression);
        copied = matches.end_of_match();
        if (!all) break;
    }
    out.add(matches.text().substr(copied));
    return out.finish();
}

Operand replace(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    if (!argument(arguments, 0).is(Kind::regex))
        return string_replace(evaluation, receiver, arguments);
    return replace_matches(evaluation, receiver, arguments, arguments[0].as_regex().global());
}

Operand replace_all(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    if (!argument(arguments, 0).is(Kind::regex))
        return string_replace_all(evaluation, receiver, arguments);
    if (!arguments[0].as_regex().global()) return refuse_local(evaluation, "replaceAll");
    return replace_matches(evaluation, receiver, arguments, true);
}

Operand split(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    if (!argument(arguments, 0).is(Kind::regex))
        return string_split(evaluation, receiver, arguments);
    const Operand most = argument(arguments, 1);
    std::size_t left = most.is_undefined() ? 0xFFFFFFFF : to_uint32(to_number(evaluation, most));
    Matches matches(evaluation, arguments[0].as_regex(), receiver.as_text());
    const std::string_view text = matches.text();
    ListBuilder pieces(evaluation, 0);
    if (left == 0) return pieces.finish();
    if (text.empty()) {
        if (!matches.find(0)) pieces.add(receiver);
        return pieces.finish();
    }
    std::size_t begin = 0;
    for (std::size_t from = 0; matches.find(from) && matches.begin_of_match() < text.size();) {
        if (matches.end_of_match() == begin) {  // empty, where the piece would begin
            from = matches.next();
            continue;
        }
        pieces.add(Operand::text(text.substr(begin, matches.begin_of_match() - begin)));
        if (--left == 0) return pieces.finish();
        begin = matches.end_of_match();
        from = begin;
        for (const std::string_view group : matches.places().subspan(1)) {
            pieces.add(group_operand(group));
            if (--left == 0) return pieces.finish();
        }
    }
    pieces.add(Operand::text(text.substr(begin)));
    return pieces.finish();
}

Operand test(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    Matches matches(evaluation, receiver.as_regex(), text);
    return Operand::boolean(matches.find(0));
}

Operand exec(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    Matches matches(evaluation, receiver.as_regex(), text);
    return matches.find(0) ? matches.array() : Operand::null();
}

constexpr std::array of_strings{
    Method{"match", match, 1, 1, gives_list, 0, 1},
    Method{"matchAll", match_all, 1, 1, gives_iterator, 0, 1},
    Method{"search", search, 1, 1, 0, 0, 1},
    Method{"replace", replace, 2, 2, 0, 2, 1},
    Method{"replaceAll", replace_all, 2, 2, 0, 2, 1},
    Method{"split", split, 0, 2, gives_list, 0, 1},
};

constexpr std::array of_expressions{
    Method{"test", test, 1, 1},
    Method{"exec", exec, 1, 1, gives_list},
};

}  // namespace

std::span<const Method> string_pattern_methods() {
    return of_strings;
}

std::span<const Method> regex_methods() {
    return of_expressions;
}

}  // namespace sluice::expression
