#include "engine/expression/property.hpp"

#include <cmath>
#include <functional>
#include <string>

#include "engine/expression/conversion.hpp"
#include "engine/expression/refused_names.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

Operand refuse_method(Evaluation& evaluation, std::string_view name) {
    return evaluation.unsupported(
        "`" + std::string(name) + "` is a function in JavaScript, not a value",
        "methods can only be called, by their name");
}

std::optional<Operand> find_in_record(Evaluation& evaluation, const Record& record,
                                      std::string_view name) {
    if (record.slots == nullptr) {
        for (std::uint32_t i = 0; i < record.size; ++i) {
            if (record.fields[i].name == name) return record.fields[i].value;
        }
        return {};
    }
    std::size_t probes = 0;
    auto slot = static_cast<std::uint32_t>(std::hash<std::string_view>()(name)) & record.slot_mask;
    while (record.slots[slot] != 0) {
        const Field& field = record.fields[record.slots[slot] - 1];
        if (field.name == name) return field.value;
        slot = (slot + 1) & record.slot_mask;
        ++probes;
    }
    evaluation.scan(probes * sizeof(Field));
    return {};
}

/// How many UTF-16 units; counted as work.
std::size_t length_of(Evaluation& evaluation, std::string_view text) {
    evaluation.scan(text.size());
    return utf16_length(text);
}

}  // namespace

std::optional<std::uint32_t> array_index(std::string_view name) {
    if (name.empty() || name.size() > 10 || (name[0] == '0' && name.size() > 1)) return {};
    std::uint64_t index = 0;
    for (const char character : name) {
        if (character < '0' || character > '9') return {};
        index = index * 10 + static_cast<std::uint64_t>(character - '0');
    }
    if (index > 4294967294) return {};
    return static_cast<std::uint32_t>(index);
}

std::optional<Operand> find_field(Evaluation& evaluation, Operand object, std::string_view name) {
    if (object.is(Kind::object)) {
        const Value* const value = object.as_object().if_contains(name);
        if (value == nullptr) return {};
        return Operand::of(*value);
    }
    return find_in_record(evaluation, object.as_record(), name);
}

void refuse_half_character(Evaluation& evaluation) {
    evaluation.unsupported("the result would be half of a character",
                           "characters beyond U+FFFF, such as emoji, count twice in JavaScript");
}

std::string_view index_name(Evaluation& evaluation, std::size_t index) {
    NumberBuffer buffer;
    return evaluation.keep(number_text(static_cast<double>(index), buffer));
}

Operand character_at(Evaluation& evaluation, std::string_view text, double index) {
    if (!(index >= 0) || index != std::trunc(index) || index >= static_cast<double>(text.size()))
        return {};
    if (!evaluation.scan(text.size())) return {};
    const auto unit = static_cast<std::size_t>(index);
    if (is_ascii(text)) return Operand::text(text.substr(unit, 1));
    const auto [byte, inside] = position_of_unit(text, unit);
    if (byte >= text.size() && !inside) return {};
    std::size_t end = byte;
    const char32_t character = inside ? 0x10000 : decode_utf8(text, end);
    if (character >= 0x10000) {
        refuse_half_character(evaluation);
        return {};
    }
    return Operand::text(text.substr(byte, end - byte));
}

Operand read_property(Evaluation& evaluation, Operand object, std::string_view name) {
    if (object.is_object()) {
        if (const auto found = find_field(evaluation, object, name)) return *found;
        return on_object_prototype(name) && !object.is_bare() ? refuse_method(evaluation, name)
                                                              : Operand();
    }
    if (object.is_array()) {
        const Elements elements(object);
        if (name == "length") return Operand::number(static_cast<double>(elements.size()));
        if (const auto index = array_index(name)) {
            return *index < elements.size() ? elements[*index] : Operand();
        }
        if (object.is(Kind::list) && object.as_list().match != nullptr) {
            if (const auto found = find_in_record(evaluation, *object.as_list().match, name))
                return *found;
        }
        return on_array_prototype(name) ? refuse_method(evaluation, name) : Operand();
    }
    if (object.is_string()) {
        const std::string_view text = object.as_text();
        if (name == "length")
            return Operand::number(static_cast<double>(length_of(evaluation, text)));
        if (const auto index = array_index(name)) return character_at(evaluation, text, *index);
        return on_string_prototype(name) ? refuse_method(evaluation, name) : Operand();
    }
    const bool method = object.is(Kind::date) ? on_date_prototype(name)
                        : object.is_number()  ? on_number_prototype(name)
                                              : on_object_prototype(name);
    return method ? refuse_method(evaluation, name) : Operand();
}

Operand read_property(Evaluation& evaluation, Operand object, Operand key) {
    if (key.is(Kind::number)) {
        const double index = key.as_number();
        if (object.is_array()) {
            const Elements elements(object);
            const bool inside = index >= 0 && index < static_cast<double>(elements.size()) &&
                                index == std::trunc(index);
            return inside ? elements[static_cast<std::size_t>(index)] : Operand();
        }
        if (object.is_string()) return character_at(evaluation, object.as_text(), index);
    }
    NumberBuffer buffer;
    const std::string_view name = to_text(evaluation, key, buffer);
    return evaluation.failed() ? Operand() : read_property(evaluation, object, name);
}

Operand has_property(Evaluation& evaluation, Operand key, Operand object) {
    if (!object.is_reference()) {
        return evaluation.type_error("`in` looks into objects and arrays, not into " +
                                     std::string(describe(object)));
    }
    NumberBuffer buffer;
    const std::string_view name = to_text(evaluation, key, buffer);
    if (evaluation.failed()) return {};
    if (object.is_object()) {
        return Operand::boolean(find_field(evaluation, object, name).has_value() ||
                                (!object.is_bare() && on_object_prototype(name)));
    }
    if (object.is(Kind::date)) return Operand::boolean(on_date_prototype(name));
    if (const auto index = array_index(name))
        return Operand::boolean(*index < Elements(object).size());
    if (object.is(Kind::list) && object.as_list().match != nullptr &&
        find_in_record(evaluation, *object.as_list().match, name)) {
        return Operand::boolean(true);
    }
    return Operand::boolean(name == "length" || on_array_prototype(name));
}

}  // namespace sluice::expression
