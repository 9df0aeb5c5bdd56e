#include "engine/expression/materialise.hpp"

#include <cmath>

#include "engine/expression/calendar.hpp"

namespace sluice::expression {

namespace {

/// About what an element of an array or a field of an object takes.
constexpr std::size_t value_bytes = sizeof(Value);
constexpr std::size_t field_bytes = sizeof(boost::json::key_value_pair);

/// Counts a borrowed value; false when it is over the budget.
bool count(Evaluation& evaluation, const Value& value) {
    if (!evaluation.count_bytes(value_bytes)) return false;
    if (value.is_string()) return evaluation.count_bytes(value.get_string().size());
    if (value.is_array()) {
        for (const Value& element : value.get_array()) {
            if (!count(evaluation, element)) return false;
        }
    }
    if (value.is_object()) {
        for (const auto& field : value.get_object()) {
            if (!evaluation.count_bytes(field_bytes + field.key().size()) ||
                !count(evaluation, field.value())) {
                return false;
            }
        }
    }
    return true;
}

Value array_of(Evaluation& evaluation, const List& list) {
    Array result;
    if (!evaluation.count_bytes(std::size_t{list.size} * value_bytes)) return {};
    result.reserve(list.size);
    for (std::uint32_t i = 0; i < list.size && !evaluation.failed(); ++i) {
        result.push_back(materialise(evaluation, list.items[i], false));
    }
    return result;
}

Value object_of(Evaluation& evaluation, const Record& record) {
    Object result;
    if (!evaluation.count_bytes(std::size_t{record.size} * field_bytes)) return {};
    result.reserve(record.size);
    for (std::uint32_t i = 0; i < record.size && !evaluation.failed(); ++i) {
        const Field& field = record.fields[i];
        if (field.value.is_undefined()) continue;
        if (!evaluation.count_bytes(field.name.size())) break;
        result.emplace(field.name, materialise(evaluation, field.value, false));
    }
    return result;
}

}  // namespace

Value number_value(double number) {
    if (!std::isfinite(number)) return nullptr;
    if (std::abs(number) <= exact_limit && number == std::trunc(number)) {
        return static_cast<std::int64_t>(number);
    }
    return number;
}

Value materialise(Evaluation& evaluation, Operand operand, bool passing_on) {
    switch (operand.kind()) {
        case Kind::boolean:
            return operand.as_boolean();
        case Kind::number:
            return number_value(operand.as_number());
        case Kind::exact:
            return operand.as_exact();
        case Kind::string:
            if (!passing_on && !evaluation.count_bytes(operand.as_text().size())) return {};
            return Value(operand.as_text());
        case Kind::array:
            if (!passing_on) {
                for (const Value& element : operand.as_array()) {
                    if (!count(evaluation, element)) return {};
                }
            }
            return operand.as_array();
        case Kind::object:
            if (!passing_on) {
                for (const auto& field : operand.as_object()) {
                    if (!evaluation.count_bytes(field_bytes + field.key().size()) ||
                        !count(evaluation, field.value())) {
                        return {};
                    }
                }
            }
            return operand.as_object();
        case Kind::list:
            return array_of(evaluation, operand.as_list());
        case Kind::record:
            return object_of(evaluation, operand.as_record());
        case Kind::date: {
            DateBuffer buffer;
            if (!std::isfinite(operand.as_time())) break;
            if (!evaluation.count_bytes(buffer.size())) break;
            return Value(iso_text(operand.as_time(), buffer));
        }
        case Kind::undefined:
        case Kind::regex:
        case Kind::null:
        case Kind::function:
        case Kind::cut:
            break;
    }
    return nullptr;
}

}  // namespace sluice::expression
