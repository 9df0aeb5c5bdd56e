#include "engine/expression/conversion.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "engine/expression/builders.hpp"
#include "engine/expression/property.hpp"

namespace sluice::expression {

namespace {

/// Object.prototype.toString, unless the object has a value of its own where JavaScript looks for a
/// method.
std::string_view object_text(Evaluation& evaluation, Operand object) {
    if (object.is_bare()) {
        evaluation.type_error("an object without a prototype cannot become text");
        return {};
    }
    if (find_field(evaluation, object, "toString")) {
        evaluation.type_error("an object that has a `toString` of its own cannot become text");
        return {};
    }
    return "[object Object]";
}

Operand refuse_date_text(Evaluation& evaluation) {
    return evaluation.unsupported("a date has no exact text of its own here",
                                  "write date.toISOString() or date.getTime()");
}

}  // namespace

Operand to_primitive(Evaluation& evaluation, Operand operand) {
    if (operand.is_array()) return Operand::text(join(evaluation, operand, ","));
    if (operand.is_object()) return Operand::text(object_text(evaluation, operand));
    if (operand.is(Kind::date)) return refuse_date_text(evaluation);
    return operand;
}

Operand to_number_or_text(Evaluation& evaluation, Operand operand) {
    if (operand.is(Kind::date)) return Operand::number(operand.as_time());
    return to_primitive(evaluation, operand);
}

std::uint32_t to_uint32(double number) {
    if (number >= -2147483648.0 && number <= 4294967295.0) {
        return static_cast<std::uint32_t>(static_cast<std::int64_t>(number));
    }
    if (!std::isfinite(number)) return 0;
    double wrapped = std::fmod(std::trunc(number), 4294967296.0);
    if (wrapped < 0) wrapped += 4294967296.0;
    return static_cast<std::uint32_t>(wrapped);
}

std::int32_t to_int32(double number) {
    return static_cast<std::int32_t>(to_uint32(number));
}

double to_number(Evaluation& evaluation, Operand operand) {
    switch (operand.kind()) {
        case Kind::number:
        case Kind::exact:
            return operand.as_number();
        case Kind::null:
            return 0;
        case Kind::boolean:
            return operand.as_boolean() ? 1 : 0;
        case Kind::string:
            evaluation.scan(operand.as_text().size());
            return number_from_text(operand.as_text());
        case Kind::array:
        case Kind::list:
        case Kind::object:
        case Kind::record:
            return number_from_text(to_primitive(evaluation, operand).as_text());
        case Kind::date:
            return operand.as_time();
        case Kind::regex:
        case Kind::undefined:
        case Kind::function:
        case Kind::cut:
            break;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::string_view to_text(Evaluation& evaluation, Operand operand, NumberBuffer& buffer) {
    switch (operand.kind()) {
        case Kind::undefined:
            return "undefined";
        case Kind::null:
            return "null";
        case Kind::boolean:
            return operand.as_boolean() ? "true" : "false";
        case Kind::number:
            return number_text(operand.as_number(), buffer);
        case Kind::exact: {
            const Value& value = operand.as_exact();
            char* const end = buffer.data() + buffer.size();
            const auto written = value.is_int64()
                                     ? std::to_chars(buffer.data(), end, value.get_int64())
                                     : std::to_chars(buffer.data(), end, value.get_uint64());
            return {buffer.data(), written.ptr};
        }
        case Kind::string:
            return operand.as_text();
        case Kind::array:
        case Kind::list:
            return join(evaluation, operand, ",");
        case Kind::object:
        case Kind::record:
            return object_text(evaluation, operand);
        case Kind::date:
            refuse_date_text(evaluation);
            return {};
        case Kind::regex:
            evaluation.unsupported("a regular expression cannot become text");
            return {};
        case Kind::function:
            evaluation.unsupported("a function cannot become text");
            return {};
        case Kind::cut:
            break;
    }
    return {};
}

std::string_view to_text(Evaluation& evaluation, Operand operand) {
    NumberBuffer buffer;
    const std::string_view text = to_text(evaluation, operand, buffer);
    return operand.is_number() ? evaluation.keep(text) : text;
}

double to_integer(Evaluation& evaluation, Operand operand) {
    const double number = to_number(evaluation, operand);
    return std::isnan(number) ? 0 : std::trunc(number);
}

std::string_view join(Evaluation& evaluation, Operand array, std::string_view separator) {
    const Elements elements(array);
    TextBuilder result(evaluation);
    for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) {
        if (i != 0) result.add(separator);
        const Operand element = elements[i];
        if (element.is_nullish()) continue;
        NumberBuffer buffer;
        const std::string_view text = to_text(evaluation, element, buffer);
        if (evaluation.failed()) break;
        result.add(text);
    }
    return result.text();
}

std::string_view type_of(Operand operand) {
    switch (operand.kind()) {
        case Kind::boolean:
            return "boolean";
        case Kind::number:
        case Kind::exact:
            return "number";
        case Kind::string:
            return "string";
        case Kind::null:
        case Kind::array:
        case Kind::object:
        case Kind::list:
        case Kind::record:
        case Kind::date:
        case Kind::regex:
            return "object";
        case Kind::function:
            return "function";
        case Kind::undefined:
        case Kind::cut:
            break;
    }
    return "undefined";
}

std::string_view type_name(Operand operand) {
    std::string_view name = describe(operand);
    for (const std::string_view article : {"a ", "an "}) {
        if (name.starts_with(article)) name.remove_prefix(article.size());
    }
    return name;
}

std::string_view describe(Operand operand) {
    switch (operand.kind()) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "a boolean";
        case Kind::number:
        case Kind::exact:
            return "a number";
        case Kind::string:
            return "a string";
        case Kind::array:
        case Kind::list:
            return "an array";
        case Kind::object:
        case Kind::record:
            return "an object";
        case Kind::date:
            return "a date";
        case Kind::regex:
            return "a regular expression";
        case Kind::function:
            return "a function";
        case Kind::undefined:
        case Kind::cut:
            break;
    }
    return "undefined";
}

}  // namespace sluice::expression
