#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/expression/number_text.hpp"
#include "engine/expression/template.hpp"
#include "engine/expression/utf16.hpp"

#include "tests/expression/scope.hpp"

namespace sluice::expression::test {
namespace {

RC_GTEST_PROP(NumberText, ReadsBackAsTheSameNumber, (std::uint64_t bits)) {
    const double number = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(number));
    NumberBuffer buffer;
    const std::string text(number_text(number, buffer));
    RC_ASSERT(number_from_text(text) == number);
    RC_ASSERT(std::strtod(text.c_str(), nullptr) == number);
}

RC_GTEST_PROP(NumberText, WholeNumbersAreWrittenPlainly, (std::int32_t number)) {
    NumberBuffer buffer;
    RC_ASSERT(number_text(number, buffer) == std::to_string(number));
}

RC_GTEST_PROP(NumberText, BinaryDigitsGiveTheRoundedNumber, (std::uint64_t number)) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    RC_ASSERT(number_from_text(text) == static_cast<double>(number));
}

Value random_value(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
        case 0:
            return nullptr;
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::arbitrary<std::int64_t>();
        case 3:
            return static_cast<double>(*rc::gen::inRange(-1000, 1000)) / 8;
        case 4:
            return Value(
                *rc::gen::element<std::string>("", "a", "Grüße", "😀", "with \"quotes\"", "\n"));
        case 5: {
            Array array;
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
                array.push_back(random_value(depth - 1));
            return array;
        }
        default: {
            Object object;
            for (int i = *rc::gen::inRange(0, 24); i > 0; --i) {
                object["k" + std::to_string(i)] = random_value(depth - 1);
            }
            return object;
        }
    }
}

/// Walks down at random; `path` gets the expression, in both spellings.
const Value& walk(const Value& value, std::string& path) {
    if (value.is_array() && !value.get_array().empty()) {
        const auto index = *rc::gen::inRange<std::size_t>(0, value.get_array().size());
        path += "[" + std::to_string(index) + "]";
        return walk(value.get_array()[index], path);
    }
    if (value.is_object() && !value.get_object().empty()) {
        const auto index = *rc::gen::inRange<std::size_t>(0, value.get_object().size());
        const auto& field = *(value.get_object().begin() + static_cast<std::ptrdiff_t>(index));
        const std::string key(field.key());
        path += *rc::gen::arbitrary<bool>() ? "." + key : "[\"" + key + "\"]";
        return walk(field.value(), path);
    }
    return value;
}

RC_GTEST_PROP(Paths, FindWhatIsThere, ()) {
    const ObjectScope scope(Value(Object{{"input", random_value(4)}}));
    std::string path = "input";
    const Value& expected = walk(scope.source().at("input"), path);
    RC_LOG() << path << " in " << serialize(scope.source());
    const auto compiled = Expression::compile(path, scope.names());
    RC_ASSERT(compiled.has_value());
    const auto value = compiled->evaluate(scope, default_budget());
    RC_ASSERT(value.has_value());
    if (expected.is_double()) {
        RC_ASSERT(value->to_number<double>() == expected.get_double());
    } else {
        RC_ASSERT(*value == expected);
    }
    const auto whole = Template::compile(Value("${" + path + "}"), scope.names());
    RC_ASSERT(*whole->evaluate(scope, default_budget()) == *value);
}

RC_GTEST_PROP(Json, WhatIsWrittenIsReadBack, ()) {
    const ObjectScope scope(Value(Object{{"input", random_value(4)}}));
    RC_LOG() << serialize(scope.source());
    RC_ASSERT(answer("JSON.stringify(JSON.parse(JSON.stringify({a: 1, b: input})).b) === "
                     "JSON.stringify(JSON.parse(JSON.stringify(input)))",
                     scope) == "true");
}

RC_GTEST_PROP(Strings, SlicesAtTheSamePlaceAddUpToTheWhole, ()) {
    std::string text;
    for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
        text += *rc::gen::element<std::string>("a", "é", "€", "x y", "\n");
    }
    const ObjectScope scope(Value(Object{{"input", text}, {"index", *rc::gen::inRange(-40, 40)}}));
    RC_ASSERT(answer("input.slice(0, index) + input.slice(index) === input && "
                     "input.slice(0, index).length + input.slice(index).length === input.length",
                     scope) == "true");
}

RC_GTEST_PROP(Compiler, AnswersAnyText, (std::string text)) {
    (void)Expression::compile(text, {});
    (void)Template::compile(Value("${" + text), {});
    std::string tokens;
    for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
        tokens += *rc::gen::element<std::string>("input", ".", "a", "[", "]", "(", ")", "{", "}",
                                                 "`", "${", "'", "+", "-", "**", "?", "?.", ":",
                                                 ",", "=>", "1", "??", "||", "...", " ", "map",
                                                 "nodes", "typeof ", "!", "/", "\\u", "=");
    }
    const ObjectScope scope(boost::json::parse(R"({"input": {"a": [1, "x"]}})"));
    const auto compiled = Expression::compile(tokens, scope.names());
    if (compiled) {
        (void)compiled->evaluate(scope, default_budget());
    } else {
        RC_ASSERT(!compiled.error().code.empty());
        RC_ASSERT(compiled.error().offset <= tokens.size());
    }
}

}  // namespace
}  // namespace sluice::expression::test
