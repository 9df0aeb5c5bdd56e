#include "engine/expression/builtins/string_units.hpp"

#include <algorithm>
#include <cstring>

#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

StringUnits::StringUnits(Evaluation& evaluation, std::string_view text)
    : text_(text), length_(text.size()), ascii_(true) {
    evaluation.scan(text.size());
    ascii_ = is_ascii(text);
    if (ascii_) return;
    evaluation.scan(text.size() * 2);  // each position has to be looked for
    length_ = utf16_length(text);
}

std::size_t StringUnits::byte_of(std::size_t unit) const {
    return ascii_ ? std::min(unit, text_.size()) : position_of_unit(text_, unit).byte;
}

std::size_t StringUnits::unit_of(std::size_t byte) const {
    return ascii_ ? byte : utf16_length(text_.substr(0, byte));
}

bool StringUnits::splits_character(std::size_t unit) const {
    return !ascii_ && position_of_unit(text_, unit).inside;
}

Operand StringUnits::slice(Evaluation& evaluation, std::size_t begin, std::size_t end) const {
    if (begin >= end) return Operand::text("");
    if (ascii_) return Operand::text(text_.substr(begin, end - begin));
    const UnitPosition first = position_of_unit(text_, begin);
    const UnitPosition last = position_of_unit(text_, end);
    if (first.inside || last.inside) {
        refuse_half_character(evaluation);
        return {};
    }
    return Operand::text(text_.substr(first.byte, last.byte - first.byte));
}

std::size_t clamped_position(Evaluation& evaluation, Operand operand, std::size_t length,
                             std::size_t absent) {
    if (operand.is_undefined()) return absent;
    const double position = to_integer(evaluation, operand);
    return static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(length)));
}

std::size_t relative_position(Evaluation& evaluation, Operand operand, std::size_t length,
                              std::size_t absent) {
    if (operand.is_undefined()) return absent;
    const double size = static_cast<double>(length);
    const double position = to_integer(evaluation, operand);
    return static_cast<std::size_t>(
        std::clamp(position < 0 ? size + position : position, 0.0, size));
}

std::size_t find_text(Evaluation& evaluation, std::string_view text, std::string_view needle,
                      std::size_t from) {
    if (from > text.size() || needle.size() > text.size() - from) return std::string_view::npos;
    if (needle.empty()) return from;
    // memmem of the C library is linear, unlike string_view::find.
    const void* const found =
        memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
    const std::size_t place =
        found == nullptr ? std::string_view::npos
                         : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    evaluation.scan((std::min(place, text.size()) - from + needle.size()) * 4);
    return place;
}

}  // namespace sluice::expression
