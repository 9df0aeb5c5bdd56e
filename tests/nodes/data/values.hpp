#pragma once

#include <string>

#include <rapidcheck.h>

#include "engine/model/value.hpp"

namespace sluice::testing {

/// Texts of all planes of Unicode, with what formats give a meaning to.
inline rc::Gen<std::string> texts() {
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                            "a", "b", " ", "  ", "\n", "\r", "\t", "\"", "'", ",", ";", ":", "#",
                            "-", "<", "&", ">", "]]>", "{", "[", "%", "+", "/", "?", "=", "1",
                            "0x1", "true", "null", "~", "é", "\u2028", "\U0001F600", "\\", "\x01",
                            "\x7F", "\u0085", "\uFEFF", "|", "*", "!", "@", ".", "..")),
                        [](const std::vector<std::string>& parts) {
                            std::string text;
                            for (const auto& part : parts) text += part;
                            return text;
                        });
}

/// Up to three, so that values do not grow with their depth.
template <typename T>
rc::Gen<std::vector<T>> few(rc::Gen<T> one) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 4), [=](std::size_t count) {
        return rc::gen::container<std::vector<T>>(count, one);
    });
}

/// Any value of JSON, some levels deep.
inline rc::Gen<Value> values(int depth) {
    auto scalar = rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return Value(n); }),
        rc::gen::map(rc::gen::inRange(-99, 99), [](int n) { return Value(n / 4.0 + 0.125); }),
        rc::gen::map(texts(), [](const std::string& s) { return Value(s); }),
        rc::gen::just(Value()), rc::gen::just(Value(true)), rc::gen::just(Value(false)));
    if (depth == 0) return scalar;
    return rc::gen::mapcat(rc::gen::inRange(0, 4), [=](int kind) -> rc::Gen<Value> {
        if (kind == 0)
            return rc::gen::map(few<Value>(values(depth - 1)), [](const std::vector<Value>& items) {
                return Value(Array(items.begin(), items.end()));
            });
        if (kind == 1)
            return rc::gen::map(
                few<std::pair<std::string, Value>>(rc::gen::pair(texts(), values(depth - 1))),
                [](const std::vector<std::pair<std::string, Value>>& members) {
                    Object object;
                    for (const auto& [key, value] : members) object[key] = value;
                    return Value(std::move(object));
                });
        return scalar;
    });
}

}  // namespace sluice::testing
