#include "http/dialects/flowengine/typed_value.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/problems.hpp"
#include "engine/model/base64.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::http::flowengine {
namespace {

constexpr std::array<std::string_view, 8> type_names{"Null",  "Bool", "Number", "String",
                                                     "Bytes", "Json", "Array",  "Object"};
constexpr std::string_view bytes_mark = "base64";
constexpr std::string_view json_mark = "$json";
constexpr std::string_view array_mark = "$array";
constexpr std::string_view object_mark = "$object";

/// The one member of an object that is marked; nullptr for any other value.
const boost::json::key_value_pair* mark_of(const Value& value) {
    const auto* const object = value.if_object();
    if (object == nullptr || object->size() != 1) return nullptr;
    const auto* const member = object->begin();
    const std::string_view key = member->key();
    const Value& inside = member->value();
    const bool marked = (key == bytes_mark && inside.is_string()) || key == json_mark ||
                        (key == array_mark && inside.is_array()) ||
                        (key == object_mark && inside.is_object());
    return marked ? member : nullptr;
}

Value typed(std::string_view type, Value value) {
    return Object{{"type", type}, {"value", std::move(value)}};
}

Value bytes_to_wire(const Value& text) {
    const std::string_view encoded(text.get_string());
    const auto bytes = base64_decode(encoded);
    if (!bytes) return typed("Json", Object{{bytes_mark, text}});
    Array numbers;
    numbers.reserve(bytes->size());
    for (const char byte : *bytes) numbers.emplace_back(static_cast<unsigned char>(byte));
    return typed("Bytes", std::move(numbers));
}

class Reader {
  public:
    explicit Reader(std::vector<TypedProblem>& problems) : problems_(problems) {}

    Value read(const Value& wire, const std::string& pointer) {
        const auto* const object = wire.if_object();
        if (object == nullptr) return wire.is_array() ? json_value(wire) : wire;
        const Value* const type = object->if_contains("type");
        const Value* const value = object->if_contains("value");
        const std::size_t members =
            static_cast<std::size_t>(type != nullptr) + static_cast<std::size_t>(value != nullptr);
        if (type == nullptr || !type->is_string() || object->size() != members ||
            (value == nullptr && type->get_string() != "Null"))
            return json_value(wire);
        return read_typed(std::string_view(type->get_string()), value, pointer);
    }

  private:
    Value read_typed(std::string_view type, const Value* value, const std::string& pointer) {
        static const Value nothing;
        const Value& inside = value == nullptr ? nothing : *value;
        if (type == "Null") return nullptr;
        if (type == "Json") return json_value(inside);
        if (type == "Bool") return inside.is_bool() ? inside : wrong(pointer, type, inside);
        if (type == "Number") return inside.is_number() ? inside : wrong(pointer, type, inside);
        if (type == "String") return inside.is_string() ? inside : wrong(pointer, type, inside);
        if (type == "Bytes") return read_bytes(inside, pointer);
        if (type == "Array") return read_array(inside, pointer);
        if (type == "Object") return read_object(inside, pointer);
        const std::string nearest = nearest_name(type, type_names);
        problems_.push_back({pointer + "/type",
                             "there is no value type " + definition::quoted(type) +
                                 (nearest.empty() ? std::string() : "; did you mean " + nearest) +
                                 "? The types are " + definition::listed(type_names)});
        return nullptr;
    }

    Value wrong(const std::string& pointer, std::string_view type, const Value& found) {
        problems_.push_back({pointer + "/value", "a value of type " + std::string(type) +
                                                     " cannot be " +
                                                     std::string(definition::kind_name(found))});
        return nullptr;
    }

    Value read_bytes(const Value& inside, const std::string& pointer) {
        const auto* const numbers = inside.if_array();
        if (numbers == nullptr) return wrong(pointer, "Bytes", inside);
        std::string bytes;
        bytes.reserve(numbers->size());
        for (const Value& number : *numbers) {
            boost::system::error_code error;
            const auto byte = number.is_number() ? number.to_number<std::int64_t>(error) : -1;
            if (error || byte < 0 || byte > 255) {
                problems_.push_back(
                    {pointer + "/value", "Bytes are an array of numbers from 0 to 255"});
                return nullptr;
            }
            bytes.push_back(static_cast<char>(byte));
        }
        return Object{{bytes_mark, base64_encode(bytes)}};
    }

    Value read_array(const Value& inside, const std::string& pointer) {
        const auto* const items = inside.if_array();
        if (items == nullptr) return wrong(pointer, "Array", inside);
        Array read_items;
        read_items.reserve(items->size());
        for (std::size_t at = 0; at < items->size(); ++at)
            read_items.push_back(
                read((*items)[at], definition::child_pointer(pointer + "/value", at)));
        return Object{{array_mark, std::move(read_items)}};
    }

    Value read_object(const Value& inside, const std::string& pointer) {
        const auto* const members = inside.if_object();
        if (members == nullptr) return wrong(pointer, "Object", inside);
        Object read_members;
        for (const auto& member : *members)
            read_members.emplace(
                member.key(),
                read(member.value(), definition::child_pointer(pointer + "/value", member.key())));
        return Object{{object_mark, std::move(read_members)}};
    }

    std::vector<TypedProblem>& problems_;
};

}  // namespace

Value from_wire(const Value& wire, std::vector<TypedProblem>& problems) {
    return Reader(problems).read(wire, "");
}

Value to_wire(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return Object{{"type", "Null"}};
        case boost::json::kind::bool_:
            return typed("Bool", value);
        case boost::json::kind::string:
            return typed("String", value);
        case boost::json::kind::array:
            return typed("Json", value);
        case boost::json::kind::object:
            break;
        default:
            return typed("Number", value);
    }
    const auto* const mark = mark_of(value);
    if (mark == nullptr || mark->key() == json_mark)
        return typed("Json", mark == nullptr ? value : mark->value());
    if (mark->key() == bytes_mark) return bytes_to_wire(mark->value());
    if (mark->key() == array_mark) {
        Array items;
        for (const Value& item : mark->value().get_array()) items.push_back(to_wire(item));
        return typed("Array", std::move(items));
    }
    Object members;
    for (const auto& member : mark->value().get_object())
        members.emplace(member.key(), to_wire(member.value()));
    return typed("Object", std::move(members));
}

Value json_value(Value plain) {
    if (plain.is_structured() && mark_of(plain) == nullptr) return plain;
    return Object{{json_mark, std::move(plain)}};
}

Value to_plain(const Value& value) {
    const auto* const mark = mark_of(value);
    if (mark == nullptr || mark->key() == bytes_mark) return value;
    if (mark->key() == json_mark) return mark->value();
    if (mark->key() == array_mark) {
        Array items;
        for (const Value& item : mark->value().get_array()) items.push_back(to_plain(item));
        return items;
    }
    Object members;
    for (const auto& member : mark->value().get_object())
        members.emplace(member.key(), to_plain(member.value()));
    return members;
}

}  // namespace sluice::http::flowengine
