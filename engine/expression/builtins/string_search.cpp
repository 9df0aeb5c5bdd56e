#include <algorithm>
#include <array>
#include <cmath>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/builtins/replacement.hpp"
#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"

/// The methods of strings that look for text (ECMA-262, 22.1.3).
namespace sluice::expression {

namespace {

/// Whether `needle` is exactly at this unit.
bool stands_at(const StringUnits& units, std::string_view needle, std::size_t unit) {
    if (needle.empty()) return true;
    if (units.splits_character(unit)) return false;
    return units.text().substr(units.byte_of(unit)).starts_with(needle);
}

/// Where `needle` is at or before the byte `from`, or npos: by Knuth, Morris and Pratt from the
/// end, because looking at every place would take the product of both lengths.
std::size_t find_last(Evaluation& evaluation, std::string_view text, std::string_view needle,
                      std::size_t from) {
    if (needle.empty() || needle.size() > text.size()) return std::string_view::npos;
    auto* const borders = evaluation.memory<std::uint32_t>(needle.size());
    if (borders == nullptr || !evaluation.scan((text.size() + needle.size()) * 8))
        return std::string_view::npos;
    const auto wanted = [&needle](std::size_t i) { return needle[needle.size() - 1 - i]; };
    borders[0] = 0;
    std::uint32_t matched = 0;
    for (std::size_t i = 1; i < needle.size(); ++i) {
        while (matched > 0 && wanted(i) != wanted(matched)) matched = borders[matched - 1];
        if (wanted(i) == wanted(matched)) ++matched;
        borders[i] = matched;
    }
    matched = 0;
    for (std::size_t i = std::min(text.size(), from + needle.size()); i-- > 0;) {
        while (matched > 0 && text[i] != wanted(matched)) matched = borders[matched - 1];
        if (text[i] == wanted(matched)) ++matched;
        if (matched == needle.size()) return i;
    }
    return std::string_view::npos;
}

Operand replace(Evaluation& evaluation, Operand receiver, Arguments arguments, bool all) {
    const std::string_view text = receiver.as_text();
    const std::string_view pattern = to_text(evaluation, argument(arguments, 0));
    const Replacement replacement(evaluation, argument(arguments, 1));
    if (evaluation.failed()) return {};
    // The empty pattern stands before every UTF-16 unit and at the end.
    const auto next_from = [&](std::size_t place) {
        if (!pattern.empty()) return place + pattern.size();
        if (place >= text.size()) return text.size() + 1;
        std::size_t next = place;
        if (decode_utf8(text, next) >= 0x10000) refuse_half_character(evaluation);
        return next;
    };
    std::size_t copied = 0;
    TextBuilder out(evaluation);
    std::size_t place = find_text(evaluation, text, pattern, 0);
    if (place == std::string_view::npos) return receiver;
    while (place != std::string_view::npos && evaluation.spend(1)) {
        out.add(text.substr(copied, place - copied));
        const std::array places{text.substr(place, pattern.size())};
        replacement.add(evaluation, out, text, places, nullptr);
        copied = place + pattern.size();
        if (!all) break;
        place = find_text(evaluation, text, pattern, next_from(place));
    }
    out.add(text.substr(copied));
    return out.finish();
}

}  // namespace

Operand string_includes(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view needle = to_text(evaluation, argument(arguments, 0));
    std::size_t from = 0;
    if (!argument(arguments, 1).is_undefined()) {
        const StringUnits units(evaluation, receiver.as_text());
        from =
            units.byte_of(clamped_position(evaluation, argument(arguments, 1), units.length(), 0));
    }
    return Operand::boolean(find_text(evaluation, receiver.as_text(), needle, from) !=
                            std::string_view::npos);
}

Operand string_starts_with(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view needle = to_text(evaluation, argument(arguments, 0));
    if (argument(arguments, 1).is_undefined()) {
        return Operand::boolean(receiver.as_text().starts_with(needle));
    }
    const StringUnits units(evaluation, receiver.as_text());
    const std::size_t position =
        clamped_position(evaluation, argument(arguments, 1), units.length(), 0);
    return Operand::boolean(stands_at(units, needle, position));
}

Operand string_ends_with(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view needle = to_text(evaluation, argument(arguments, 0));
    if (argument(arguments, 1).is_undefined())
        return Operand::boolean(receiver.as_text().ends_with(needle));
    const StringUnits units(evaluation, receiver.as_text());
    const std::size_t end =
        clamped_position(evaluation, argument(arguments, 1), units.length(), units.length());
    if (needle.empty()) return Operand::boolean(true);
    if (units.splits_character(end)) return Operand::boolean(false);
    return Operand::boolean(receiver.as_text().substr(0, units.byte_of(end)).ends_with(needle));
}

Operand string_index_of(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view needle = to_text(evaluation, argument(arguments, 0));
    const StringUnits units(evaluation, receiver.as_text());
    const std::size_t from =
        clamped_position(evaluation, argument(arguments, 1), units.length(), 0);
    if (needle.empty()) return Operand::number(static_cast<double>(from));
    const std::size_t place = find_text(evaluation, units.text(), needle, units.byte_of(from));
    if (place == std::string_view::npos) return Operand::number(-1);
    return Operand::number(static_cast<double>(units.unit_of(place)));
}

Operand string_split(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view text = receiver.as_text();
    const Operand separator = argument(arguments, 0);
    const Operand most = argument(arguments, 1);
    const std::size_t limit =
        most.is_undefined() ? 0xFFFFFFFF : to_uint32(to_number(evaluation, most));
    const std::string_view between = to_text(evaluation, separator);
    ListBuilder pieces(evaluation, 0);
    if (limit == 0) return pieces.finish();
    if (separator.is_undefined()) {
        pieces.add(receiver);
    } else if (between.empty()) {
        std::size_t count = 0;
        for (std::size_t position = 0;
             position < text.size() && count < limit && evaluation.spend(1); ++count) {
            const std::size_t begin = position;
            if (decode_utf8(text, position) >= 0x10000) refuse_half_character(evaluation);
            pieces.add(Operand::text(text.substr(begin, position - begin)));
        }
    } else {
        std::size_t begin = 0;
        for (std::size_t count = 0; count < limit && evaluation.spend(1); ++count) {
            const std::size_t place = find_text(evaluation, text, between, begin);
            pieces.add(Operand::text(text.substr(begin, place - begin)));
            if (place == std::string_view::npos) break;
            begin = place + between.size();
        }
    }
    return pieces.finish();
}

Operand string_last_index_of(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const std::string_view needle = to_text(evaluation, argument(arguments, 0));
    const StringUnits units(evaluation, receiver.as_text());
    const double position = to_number(evaluation, argument(arguments, 1));
    const double length = static_cast<double>(units.length());
    const auto from = static_cast<std::size_t>(
        std::isnan(position) ? length : std::clamp(std::trunc(position), 0.0, length));
    // A text that begins inside of a character can only be the empty one.
    std::size_t byte = units.byte_of(from);
    if (units.splits_character(from) && !needle.empty()) byte = units.byte_of(from - 1);
    const std::size_t found = find_last(evaluation, units.text(), needle, byte);
    if (needle.empty()) return Operand::number(static_cast<double>(from));
    if (found == std::string_view::npos) return Operand::number(-1);
    return Operand::number(static_cast<double>(units.unit_of(found)));
}

Operand string_replace(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return replace(evaluation, receiver, arguments, false);
}

Operand string_replace_all(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return replace(evaluation, receiver, arguments, true);
}

namespace {
constexpr std::array methods{
    Method{"includes", string_includes, 1, 2},
    Method{"startsWith", string_starts_with, 1, 2},
    Method{"endsWith", string_ends_with, 1, 2},
    Method{"indexOf", string_index_of, 1, 2},
    Method{"lastIndexOf", string_last_index_of, 1, 2},
};
}  // namespace

std::span<const Method> string_search_methods() {
    return methods;
}

}  // namespace sluice::expression
