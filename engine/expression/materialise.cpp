#include "engine/expression/materialise.hpp"

#include <cmath>

#include "engine/expression/calendar.hpp"

namespace sluice::expression {

namespace {

/// About what an element of an array or a field of an object takes.
constexpr std::size_t value_bytes = sizeof(Value);
constexpr std::size_t field_bytes = sizeof(boost::json::key_value_pair);

bool count_bytes(Evaluation& evaluation, std::size_t bytes, Counted counted) {
    return counted == Counted::as_passed_on ? evaluation.count_passed_on(bytes)
                                            : evaluation.count_bytes(bytes);
}

bool count(Evaluation& evaluation, const Value& value, Counted counted);

bool count_elements(Evaluation& evaluation, const Array& array, Counted counted) {
    for (const Value& element : array) {
        if (!count(evaluation, element, counted)) return false;
    }
    return true;
}

bool count_fields(Evaluation& evaluation, const Object& object, Counted counted) {
    for (const auto& field : object) {
        if (!count_bytes(evaluation, field_bytes + field.key().size(), counted) ||
            !count(evaluation, field.value(), counted)) {
            return false;
        }
    }
    return true;
}

/// Counts a borrowed value; false when it is over the budget.
bool count(Evaluation& evaluation, const Value& value, Counted counted) {
    if (!count_bytes(evaluation, value_bytes, counted)) return false;
    if (value.is_string()) return count_bytes(evaluation, value.get_string().size(), counted);
    if (value.is_array()) return count_elements(evaluation, value.get_array(), counted);
    if (value.is_object()) return count_fields(evaluation, value.get_object(), counted);
    return true;
}

Value array_of(Evaluation& evaluation, const List& list) {
    Array result;
    if (!evaluation.count_bytes(std::size_t{list.size} * value_bytes)) return {};
    result.reserve(list.size);
    for (std::uint32_t i = 0; i < list.size && !evaluation.failed(); ++i) {
        result.push_back(materialise(evaluation, list.items[i], Counted::as_made));
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
        result.emplace(field.name, materialise(evaluation, field.value, Counted::as_made));
    }
    return result;
}

}  // namespace

Value number_value(double number) {
    if (!std::isfinite(number)) return nullptr;
    if (std::abs(number) <= exact_limit) {
        const auto whole = static_cast<std::int64_t>(number);
        if (static_cast<double>(whole) == number) return whole;
    }
    return number;
}

Value materialise(Evaluation& evaluation, Operand operand, Counted counted) {
    const bool free = counted == Counted::not_at_all;
    switch (operand.kind()) {
        case Kind::boolean:
            return operand.as_boolean();
        case Kind::number:
            return number_value(operand.as_number());
        case Kind::exact:
            return operand.as_exact();
        case Kind::string:
            if (!free && !count_bytes(evaluation, operand.as_text().size(), counted)) return {};
            return Value(operand.as_text());
        case Kind::array:
            if (!free && !count_elements(evaluation, operand.as_array(), counted)) return {};
            return operand.as_array();
        case Kind::object:
            if (!free && !count_fields(evaluation, operand.as_object(), counted)) return {};
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
