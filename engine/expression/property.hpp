#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"
#include "engine/expression/utf16.hpp"

/// Reading what objects, arrays and strings have (ECMA-262, 10.1.8, 10.4.2, 10.4.3).
namespace sluice::expression {

/// The object's own field.
std::optional<Operand> find_field(Evaluation& evaluation, Operand object, std::string_view name);

/// `object.name`. The object is not null or undefined. Where JavaScript would find a method, it
/// fails.
Operand read_property(Evaluation& evaluation, Operand object, std::string_view name);
/// `object[key]`. The object is not null or undefined.
Operand read_property(Evaluation& evaluation, Operand object, Operand key);

/// `key in object`.
Operand has_property(Evaluation& evaluation, Operand key, Operand object);

/// The character of a string at a UTF-16 index; `undefined` when there is none, a failure when it
/// is half of a character.
Operand character_at(Evaluation& evaluation, std::string_view text, double index);

/// The number a name stands for when it is an array index (`"0"` to `"4294967294"`).
std::optional<std::uint32_t> array_index(std::string_view name);

/// What would be half of a surrogate pair has no place in UTF-8.
void refuse_half_character(Evaluation& evaluation);

/// The name of an array's element; kept by the evaluation.
std::string_view index_name(Evaluation& evaluation, std::size_t index);

/// Calls `visit(index, operand)` for each UTF-16 unit until the evaluation fails: at half a
/// character.
template <typename Visit>
void for_each_unit(Evaluation& evaluation, std::string_view text, Visit&& visit) {
    std::size_t index = 0;
    for (std::size_t position = 0; position < text.size() && evaluation.spend(1); ++index) {
        const std::size_t begin = position;
        if (decode_utf8(text, position) >= 0x10000) return refuse_half_character(evaluation);
        visit(index, Operand::text(text.substr(begin, position - begin)));
    }
}
/// Calls `visit(operand)` for each character, as iterating does, until the evaluation fails.
template <typename Visit>
void for_each_character(Evaluation& evaluation, std::string_view text, Visit&& visit) {
    for (std::size_t position = 0; position < text.size() && evaluation.spend(1);) {
        const std::size_t begin = position;
        (void)decode_utf8(text, position);
        visit(Operand::text(text.substr(begin, position - begin)));
    }
}
/// Calls `visit(name, operand)` for each own field in JavaScript's order until the evaluation
/// fails. The object is an `object` or a `record`.
template <typename Visit>
void for_each_field(Evaluation& evaluation, Operand object, Visit&& visit) {
    if (object.is(Kind::record)) {
        const Record& record = object.as_record();
        for (std::uint32_t i = 0; i < record.size && evaluation.spend(1); ++i) {
            visit(record.fields[i].name, record.fields[i].value);
        }
        return;
    }
    const Object& fields = object.as_object();
    bool indexed = false;
    for (const auto& field : fields) {
        indexed = indexed || array_index(field.key()).has_value();
    }
    if (!indexed) {
        for (const auto& field : fields) {
            if (!evaluation.spend(1)) return;
            visit(std::string_view(field.key()), Operand::of(field.value()));
        }
        return;
    }
    if (!evaluation.count_bytes(fields.size() * sizeof(void*))) return;
    std::vector<const boost::json::key_value_pair*> ordered;
    ordered.reserve(fields.size());
    for (const auto& field : fields) {
        if (array_index(field.key())) ordered.push_back(&field);
    }
    std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
        return array_index(a->key()) < array_index(b->key());
    });
    for (const auto& field : fields) {
        if (!array_index(field.key())) ordered.push_back(&field);
    }
    for (const auto* field : ordered) {
        if (!evaluation.spend(1)) return;
        visit(std::string_view(field->key()), Operand::of(field->value()));
    }
}

/// The same for anything, as spreading into an object and Object.keys see it: arrays and strings
/// have their indexes, other values nothing. What is not an object's own name is kept by the
/// evaluation.
template <typename Visit>
void for_each_own(Evaluation& evaluation, Operand operand, Visit&& visit) {
    if (operand.is_object()) return for_each_field(evaluation, operand, visit);
    if (operand.is_array()) {
        const Elements elements(operand);
        if (operand.is(Kind::list) && operand.as_list().match != nullptr) {
            evaluation.unsupported("the keys of a match are not available",
                                   "spread it: [...match]");
            return;
        }
        for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) {
            visit(index_name(evaluation, i), elements[i]);
        }
    } else if (operand.is_string()) {
        for_each_unit(evaluation, operand.as_text(),
                      [&](std::size_t i, Operand unit) { visit(index_name(evaluation, i), unit); });
    }
}

}  // namespace sluice::expression
