#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"
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

Operand change_case(Evaluation& evaluation, std::string_view text, char first, char last) {
    evaluation.scan(text.size());
    if (!is_ascii(text)) {
        return evaluation.unsupported("upper and lower case are known for ASCII letters only",
                                      "a code node can change others");
    }
    char* const memory = evaluation.text_memory(text.size());
    if (memory == nullptr) return {};
    std::transform(text.begin(), text.end(), memory, [first, last](char character) {
        return character >= first && character <= last ? static_cast<char>(character ^ 0x20)
                                                       : character;
    });
    return Operand::text({memory, text.size()});
}

Operand to_upper_case(Evaluation& evaluation, Operand receiver, Arguments) {
    return change_case(evaluation, receiver.as_text(), 'a', 'z');
}

Operand to_lower_case(Evaluation& evaluation, Operand receiver, Arguments) {
    return change_case(evaluation, receiver.as_text(), 'A', 'Z');
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

constexpr std::array methods{
    Method{"includes", string_includes},
    Method{"startsWith", string_starts_with},
    Method{"endsWith", string_ends_with},
    Method{"indexOf", string_index_of},
    Method{"slice", slice},
    Method{"substring", substring},
    Method{"trim", trim},
    Method{"trimStart", trim_only_start},
    Method{"trimEnd", trim_only_end},
    Method{"toUpperCase", to_upper_case},
    Method{"toLowerCase", to_lower_case},
    Method{"split", string_split},
    Method{"replace", string_replace},
    Method{"replaceAll", string_replace_all},
    Method{"padStart", pad_start},
    Method{"padEnd", pad_end},
    Method{"repeat", repeat},
    Method{"concat", concat},
    Method{"charAt", char_at},
    Method{"at", at},
};

}  // namespace

std::span<const Method> string_methods() {
    return methods;
}

}  // namespace sluice::expression
