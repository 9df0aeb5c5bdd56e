#include "script/host/json_writer.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <js/Array.h>
#include <js/CallAndConstruct.h>
#include <js/Conversions.h>
#include <js/Object.h>
#include <js/PropertyAndElement.h>
#include <js/String.h>
#include <jsfriendapi.h>

#include "script/protocol.hpp"

namespace sluice::script {
namespace {

constexpr char hex[] = "0123456789abcdef";

bool is_high(char16_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(char16_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

void append_point(std::string& out, std::uint32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | (point >> 6));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0 | (point >> 12));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (point >> 18));
        out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    }
}

void append_escaped(std::string& out, std::uint32_t point) {
    if (point == '"' || point == '\\') {
        out += '\\';
        out += static_cast<char>(point);
    } else if (point < 0x20) {
        out += "\\u00";
        out += hex[point >> 4];
        out += hex[point & 15];
    } else {
        append_point(out, point);
    }
}

/// Hands each code point to `take` until it returns false. False when a half of a surrogate pair
/// stood alone, which is handed over as U+FFFD.
template <typename Unit, typename Take>
bool each_point(const Unit* units, std::size_t count, Take take) {
    bool whole = true;
    for (std::size_t at = 0; at < count; ++at) {
        std::uint32_t point = units[at];
        if constexpr (sizeof(Unit) == 2) {
            if (is_high(units[at]) && at + 1 < count && is_low(units[at + 1])) {
                point = 0x10000 + ((point - 0xD800) << 10) + (units[++at] - 0xDC00U);
            } else if (is_high(units[at]) || is_low(units[at])) {
                point = 0xFFFD;
                whole = false;
            }
        }
        if (!take(point)) break;
    }
    return whole;
}

template <typename Take>
bool each_point(JSLinearString* string, Take take, const JS::AutoCheckCannotGC& no_gc) {
    const std::size_t length = JS::GetLinearStringLength(string);
    if (JS::LinearStringHasLatin1Chars(string))
        return each_point(JS::GetLatin1LinearStringChars(no_gc, string), length, take);
    return each_point(JS::GetTwoByteLinearStringChars(no_gc, string), length, take);
}

}  // namespace

/// The objects that the value being written lies in, and where.
struct JsonWriter::Level {
    const Level* above;
    JS::HandleObject object;
    std::size_t depth;
    std::string key;          // of an object's member
    std::uint32_t index = 0;  // of an array's item, when `array`
    bool array = false;
};

bool JsonWriter::write(JS::HandleValue value) {
    return write_value(value, nullptr);
}

bool JsonWriter::refuse(const Level* above, std::string_view what) {
    std::string place;
    for (const Level* level = above; level != nullptr; level = level->above)
        place.insert(0, level->array ? "[" + std::to_string(level->index) + "]" : "." + level->key);
    problem_.kind = WriteProblem::Kind::not_json;
    problem_.message = std::string(name_) + " must be JSON, and " +
                       (place.empty() ? "it" : "its " + place) + " is " + std::string(what);
    return false;
}

bool JsonWriter::within_limit() {
    if (out_.size() <= limit_) return true;
    problem_.kind = WriteProblem::Kind::too_large;
    problem_.message =
        std::string(name_) + " takes more than " + std::to_string(limit_) + " bytes as JSON";
    return false;
}

bool JsonWriter::write_value(JS::HandleValue value, const Level* above) {
    if (!within_limit()) return false;
    if (value.isNullOrUndefined()) {
        out_ += "null";
        return true;
    }
    if (value.isBoolean()) {
        out_ += value.toBoolean() ? "true" : "false";
        return true;
    }
    if (value.isNumber()) return write_number(value.toNumber());
    if (value.isString()) {
        const JS::RootedString string(context_, value.toString());
        return write_string(string, above);
    }
    if (value.isSymbol()) return refuse(above, "a symbol");
    if (value.isBigInt()) return refuse(above, "a BigInt: write Number(value) or String(value)");
    const JS::RootedObject object(context_, &value.toObject());
    return write_object(object, above);
}

bool JsonWriter::write_number(double number) {
    if (!std::isfinite(number)) {
        out_ += "null";
        return true;
    }
    char text[32];
    const bool whole = std::trunc(number) == number && std::fabs(number) < 9007199254740992.0;
    const auto end =
        whole ? std::to_chars(text, text + sizeof text, static_cast<std::int64_t>(number))
              : std::to_chars(text, text + sizeof text, number);
    out_.append(text, end.ptr);
    return true;
}

bool JsonWriter::write_string(JS::HandleString string, const Level* above) {
    if (JS::GetStringLength(string) > limit_) {
        out_.resize(limit_ + 1);
        return within_limit();
    }
    JSLinearString* const linear = JS_EnsureLinearString(context_, string);
    if (linear == nullptr) return false;
    out_ += '"';
    bool whole = true;
    {
        const JS::AutoCheckCannotGC no_gc;
        whole = each_point(
            linear,
            [this](std::uint32_t point) {
                append_escaped(out_, point);
                return out_.size() <= limit_;
            },
            no_gc);
    }
    out_ += '"';
    if (!whole)
        return refuse(above, "a text with half of a surrogate pair in it, which is no Unicode");
    return within_limit();
}

bool JsonWriter::to_json(JS::HandleObject object, JS::MutableHandleValue value, bool& replaced) {
    JS::RootedValue function(context_);
    if (!JS_GetProperty(context_, object, "toJSON", &function)) return false;
    replaced = function.isObject() && JS::IsCallable(&function.toObject());
    if (!replaced) return true;
    const JS::RootedValue self(context_, JS::ObjectValue(*object));
    return JS::Call(context_, self, function, JS::HandleValueArray::empty(), value);
}

bool JsonWriter::write_object(JS::HandleObject object, const Level* above) {
    const std::size_t depth = above == nullptr ? 1 : above->depth + 1;
    if (depth > value_depth)
        return refuse(nullptr, "nested deeper than " + std::to_string(value_depth) + " levels");
    for (const Level* level = above; level != nullptr; level = level->above)
        if (level->object == object) return refuse(above, "a cycle: it contains itself");
    if (JS::IsCallable(object)) return refuse(above, "a function");
    JS::RootedValue replacement(context_);
    bool replaced = false;
    if (!to_json(object, &replacement, replaced)) return false;
    Level level{above, object, depth, {}};
    if (replaced) {
        if (!replacement.isObject()) return write_value(replacement, above);
        level.array = false;
        level.key = "toJSON()";
        return write_value(replacement, &level);
    }
    js::ESClass kind{};
    if (!JS::GetBuiltinClass(context_, object, &kind)) return false;
    switch (kind) {
        case js::ESClass::Array:
            return write_array(object, level);
        case js::ESClass::Boolean:
        case js::ESClass::Number:
        case js::ESClass::String:
            return refuse(above, "a boxed value: write it without `new`");
        case js::ESClass::Map:
            return refuse(above, "a Map: write Object.fromEntries(map) or [...map]");
        case js::ESClass::Set:
            return refuse(above, "a Set: write [...set]");
        case js::ESClass::Promise:
            return refuse(above, "a promise: `await` it");
        default:
            return write_members(object, level);
    }
}

bool JsonWriter::write_array(JS::HandleObject array, const Level& level) {
    std::uint32_t length = 0;
    if (!JS::GetArrayLength(context_, array, &length)) return false;
    Level item = level;
    item.array = true;
    out_ += '[';
    JS::RootedValue value(context_);
    for (; item.index < length; ++item.index) {
        if (item.index > 0) out_ += ',';
        if (!JS_GetElement(context_, array, item.index, &value) || !write_value(value, &item))
            return false;
    }
    out_ += ']';
    return true;
}

bool JsonWriter::write_members(JS::HandleObject object, Level& level) {
    JS::Rooted<JS::IdVector> ids(context_, JS::IdVector(context_));
    if (!JS_Enumerate(context_, object, &ids)) return false;
    out_ += '{';
    bool first = true;
    JS::RootedValue value(context_);
    JS::RootedId id(context_);
    JS::RootedValue name(context_);
    for (const JS::PropertyKey& key : ids) {
        id = key;
        if (!JS_GetPropertyById(context_, object, id, &value)) return false;
        if (value.isUndefined()) continue;
        if (!JS_IdToValue(context_, id, &name)) return false;
        const JS::RootedString text(context_, JS::ToString(context_, name));
        if (text == nullptr) return false;
        level.key.clear();
        if (!append_utf8(context_, text, level.key, 100)) return false;
        if (!first) out_ += ',';
        first = false;
        if (!write_string(text, &level)) return false;
        out_ += ':';
        if (!write_value(value, &level)) return false;
    }
    out_ += '}';
    return true;
}

void append_json_text(std::string& out, std::string_view utf8) {
    out += '"';
    for (const char byte : utf8) {
        const auto unit = static_cast<unsigned char>(byte);
        if (unit < 0x80)
            append_escaped(out, unit);
        else
            out += byte;
    }
    out += '"';
}

bool append_utf8(JSContext* context, JS::HandleString string, std::string& out, std::size_t limit) {
    JSLinearString* const linear = JS_EnsureLinearString(context, string);
    if (linear == nullptr) return false;
    const JS::AutoCheckCannotGC no_gc;
    const std::size_t most = out.size() + limit;
    each_point(
        linear,
        [&](std::uint32_t point) {
            append_point(out, point);
            return out.size() < most;
        },
        no_gc);
    return true;
}

}  // namespace sluice::script
