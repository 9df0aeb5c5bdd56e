#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/letter_case.hpp"
#include "engine/expression/property.hpp"
#include "engine/expression/utf16.hpp"

/// The methods of strings (ECMA-262, 22.1.3).
namespace sluice::expression {

namespace {

Operand slice(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const StringUnits units(evaluation, receiver.as_text());
    const std::size_t begin =
        relative_position(evaluation, argument(arguments, 0), units.length(), 0);
    const std::size_t end =
        relative_position(evaluation, argument(arguments, 1), units.length(), units.length());
    return units.slice(evaluation, begin, end);
}

Operand substring(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const StringUnits units(evaluation, receiver.as_text());
    const std::size_t begin =
        clamped_position(evaluation, argument(arguments, 0), units.length(), 0);
    const std::size_t end =
        clamped_position(evaluation, argument(arguments, 1), units.length(), units.length());
    return units.slice(evaluation, std::min(begin, end), std::max(begin, end));
}

Operand trim(Evaluation& evaluation, Operand receiver, Arguments) {
    evaluation.scan(receiver.as_text().size());
    return Operand::text(trim_end(trim_start(receiver.as_text())));
}

Operand trim_only_start(Evaluation& evaluation, Operand receiver, Arguments) {
    evaluation.scan(receiver.as_text().size());
    return Operand::text(trim_start(receiver.as_text()));
}

Operand trim_only_end(Evaluation& evaluation, Operand receiver, Arguments) {
    evaluation.scan(receiver.as_text().size());
    return Operand::text(trim_end(receiver.as_text()));
}

Operand to_upper_case(Evaluation& evaluation, Operand receiver, Arguments) {
    return change_case(evaluation, receiver.as_text(), LetterCase::upper);
}

Operand to_lower_case(Evaluation& evaluation, Operand receiver, Arguments) {
    return change_case(evaluation, receiver.as_text(), LetterCase::lower);
}

/// `text` again and again, up to `size` bytes, between `before` and `after`.
Operand repeated(Evaluation& evaluation, std::string_view before, std::string_view text,
                 std::size_t size, std::string_view after) {
    if (size > evaluation.bytes_left()) return evaluation.out_of_bytes();
    char* const memory = evaluation.text_memory(before.size() + size + after.size());
    if (memory == nullptr || !evaluation.scan(size)) return {};
    char* const begin = std::copy(before.begin(), before.end(), memory);
    std::size_t done = std::min(size, text.size());
    std::copy_n(text.begin(), done, begin);
    while (done < size) {
        const std::size_t more = std::min(done, size - done);
        std::memcpy(begin + done, begin, more);
        done += more;
    }
    std::copy(after.begin(), after.end(), begin + size);
    return Operand::text({memory, before.size() + size + after.size()});
}

Operand repeat(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const double count = to_integer(evaluation, argument(arguments, 0));
    if (count < 0 || std::isinf(count)) {
        return evaluation.type_error("a string cannot be repeated so often",
                                     "the count is 0 or more");
    }
    const std::string_view text = receiver.as_text();
    const double size = count * static_cast<double>(text.size());
    if (size > static_cast<double>(evaluation.bytes_left())) return evaluation.out_of_bytes();
    return repeated(evaluation, {}, text, static_cast<std::size_t>(size), {});
}

Operand pad(Evaluation& evaluation, Operand receiver, Arguments arguments, bool at_start) {
    const StringUnits units(evaluation, receiver.as_text());
    const double wanted = to_integer(evaluation, argument(arguments, 0));
    if (!(wanted > static_cast<double>(units.length()))) return receiver;
    const Operand given = argument(arguments, 1);
    const std::string_view filler = given.is_undefined() ? " " : to_text(evaluation, given);
    if (filler.empty() || evaluation.failed()) return receiver;
    const double missing = wanted - static_cast<double>(units.length());
    if (missing > static_cast<double>(evaluation.bytes_left())) return evaluation.out_of_bytes();
    const StringUnits fill(evaluation, filler);
    const auto count = static_cast<std::size_t>(missing);
    const Operand rest = fill.slice(evaluation, 0, count % fill.length());
    if (evaluation.failed()) return {};
    const std::size_t size = count / fill.length() * filler.size() + rest.as_text().size();
    const std::string_view text = units.text();
    return repeated(evaluation, at_start ? std::string_view() : text, filler, size,
                    at_start ? text : std::string_view());
}

Operand pad_start(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return pad(evaluation, receiver, arguments, true);
}

Operand pad_end(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return pad(evaluation, receiver, arguments, false);
}

Operand concat(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    std::string_view result = receiver.as_text();
    for (const Operand& operand : arguments) {
        NumberBuffer buffer;
        const std::string_view more = to_text(evaluation, operand, buffer);
        result = evaluation.append(result, more);
    }
    return Operand::text(result);
}

Operand char_at(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const double index = to_integer(evaluation, argument(arguments, 0));
    const Operand found = character_at(evaluation, receiver.as_text(), index);
    return found.is_undefined() ? Operand::text("") : found;
}

Operand at(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const double index = to_integer(evaluation, argument(arguments, 0));
    if (index >= 0) return character_at(evaluation, receiver.as_text(), index);
    const StringUnits units(evaluation, receiver.as_text());
    return character_at(evaluation, receiver.as_text(),
                        static_cast<double>(units.length()) + index);
}

Operand substr(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const StringUnits units(evaluation, receiver.as_text());
    const std::size_t begin =
        relative_position(evaluation, argument(arguments, 0), units.length(), 0);
    const std::size_t size = clamped_position(evaluation, argument(arguments, 1),
                                              units.length() - begin, units.length() - begin);
    return units.slice(evaluation, begin, begin + size);
}

/// A UTF-16 unit, or the whole character that begins there, as a number.
Operand code_at(Evaluation& evaluation, Operand receiver, Arguments arguments, bool whole) {
    const double index = to_integer(evaluation, argument(arguments, 0));
    const StringUnits units(evaluation, receiver.as_text());
    if (!(index >= 0) || index >= static_cast<double>(units.length())) {
        return whole ? Operand() : Operand::number(std::numeric_limits<double>::quiet_NaN());
    }
    const auto unit = static_cast<std::size_t>(index);
    const bool second = units.splits_character(unit);
    std::size_t byte = units.byte_of(second ? unit - 1 : unit);
    const char32_t character = decode_utf8(units.text(), byte);
    if (second) return Operand::number(0xDC00 + ((character - 0x10000) & 0x3FF));
    if (whole || character < 0x10000) return Operand::number(character);
    return Operand::number(0xD800 + ((character - 0x10000) >> 10));
}

Operand char_code_at(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return code_at(evaluation, receiver, arguments, false);
}

Operand code_point_at(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return code_at(evaluation, receiver, arguments, true);
}

Operand normalize(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const Operand form = argument(arguments, 0);
    const std::string_view name = form.is_undefined() ? "NFC" : to_text(evaluation, form);
    if (name != "NFC" && name != "NFD" && name != "NFKC" && name != "NFKD")
        return evaluation.type_error("the forms are NFC, NFD, NFKC and NFKD");
    evaluation.scan(receiver.as_text().size());
    if (is_ascii(receiver.as_text())) return receiver;
    return evaluation.unsupported("only ASCII text can be normalised here",
                                  "a code node can do this");
}

Operand itself(Evaluation&, Operand receiver, Arguments) {
    return receiver;
}

constexpr std::array methods{
    Method{"slice", slice, 0, 2},
    Method{"substring", substring, 0, 2},
    Method{"substr", substr, 0, 2},
    Method{"trim", trim},
    Method{"trimStart", trim_only_start},
    Method{"trimEnd", trim_only_end},
    Method{"toUpperCase", to_upper_case},
    Method{"toLowerCase", to_lower_case},
    Method{"padStart", pad_start, 1, 2},
    Method{"padEnd", pad_end, 1, 2},
    Method{"repeat", repeat, 1, 1},
    Method{"concat", concat, 0, Method::unlimited},
    Method{"charAt", char_at, 0, 1},
    Method{"charCodeAt", char_code_at, 0, 1},
    Method{"codePointAt", code_point_at, 0, 1},
    Method{"at", at, 0, 1},
    Method{"normalize", normalize, 0, 1},
    Method{"toString", itself},
    Method{"valueOf", itself},
};

}  // namespace

std::span<const Method> string_methods() {
    return methods;
}

}  // namespace sluice::expression
