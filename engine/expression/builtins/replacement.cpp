#include "engine/expression/builtins/replacement.hpp"

#include <algorithm>

#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"

namespace sluice::expression {

namespace {
bool is_digit(char character) {
    return character >= '0' && character <= '9';
}
}  // namespace

Replacement::Replacement(Evaluation& evaluation, Operand operand) {
    if (operand.is(Kind::function)) {
        function_ = operand;
    } else {
        text_ = to_text(evaluation, operand);
    }
}

void Replacement::add(Evaluation& evaluation, TextBuilder& out, std::string_view text,
                      std::span<const std::string_view> places,
                      const RegularExpression* expression) const {
    if (function_.is_undefined()) return add_text(out, text, places, expression);
    ListBuilder arguments(evaluation, places.size() + 3);
    arguments.add(Operand::text(places[0]));
    for (const std::string_view place : places.subspan(1)) arguments.add(group_operand(place));
    const StringUnits units(evaluation, text);
    const auto byte = static_cast<std::size_t>(places[0].data() - text.data());
    arguments.add(Operand::number(static_cast<double>(units.unit_of(byte))));
    arguments.add(Operand::text(text));
    if (expression != nullptr && expression->has_names())
        arguments.add(named_groups(evaluation, *expression, places));
    const Operand answer = evaluation.call(function_, arguments.items());
    if (evaluation.failed()) return;
    NumberBuffer buffer;
    const std::string_view more = to_text(evaluation, answer, buffer);
    out.add(more);
}

/// GetSubstitution.
void Replacement::add_text(TextBuilder& out, std::string_view text,
                           std::span<const std::string_view> places,
                           const RegularExpression* expression) const {
    const auto position = static_cast<std::size_t>(places[0].data() - text.data());
    std::string_view rest = text_;
    while (!rest.empty()) {
        const std::size_t dollar = rest.find('$');
        out.add(rest.substr(0, dollar));
        if (dollar == std::string_view::npos) return;
        rest.remove_prefix(dollar);
        const char mark = rest.size() > 1 ? rest[1] : '\0';
        std::size_t used = 2;
        if (mark == '$') {
            out.add("$");
        } else if (mark == '&') {
            out.add(places[0]);
        } else if (mark == '`') {
            out.add(text.substr(0, position));
        } else if (mark == '\'') {
            out.add(text.substr(position + places[0].size()));
        } else if (is_digit(mark)) {
            auto number = static_cast<std::size_t>(mark - '0');
            if (rest.size() > 2 && is_digit(rest[2])) {
                const std::size_t two = number * 10 + static_cast<std::size_t>(rest[2] - '0');
                if (two < places.size()) {
                    number = two;
                    used = 3;
                }
            }
            if (number > 0 && number < places.size()) {
                out.add(places[number]);
            } else {
                out.add(rest.substr(0, used));
            }
        } else if (mark == '<' && expression != nullptr && expression->has_names() &&
                   rest.find('>') != std::string_view::npos) {
            const std::size_t end = rest.find('>');
            const auto& names = expression->group_names();
            const auto found = std::ranges::find(names, rest.substr(2, end - 2));
            const auto index = static_cast<std::size_t>(found - names.begin()) + 1;
            if (found != names.end() && !found->empty()) out.add(places[index]);
            used = end + 1;
        } else {
            out.add("$");
            used = 1;
        }
        rest.remove_prefix(used);
    }
}

Operand named_groups(Evaluation& evaluation, const RegularExpression& expression,
                     std::span<const std::string_view> places) {
    if (!expression.has_names()) return {};
    RecordBuilder groups(evaluation, places.size());
    groups.make_bare();
    const auto& names = expression.group_names();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].empty()) groups.set(names[i], group_operand(places[i + 1]));
    }
    return groups.finish();
}

}  // namespace sluice::expression
