#include "engine/definition/json_equality.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string_view>

namespace sluice::definition {

namespace {

bool equal_numbers(const Value& left, const Value& right) {
    if (left.kind() == right.kind()) return left == right;
    if (!left.is_double() && !right.is_double()) {
        // One is int64 and the other uint64: equal only when the signed one is not negative.
        const Value& negative = left.is_int64() ? left : right;
        const Value& large = left.is_int64() ? right : left;
        return negative.get_int64() >= 0 &&
               static_cast<std::uint64_t>(negative.get_int64()) == large.get_uint64();
    }
    return left.to_number<double>() == right.to_number<double>();
}

std::size_t mix(std::size_t seed, std::size_t hash) {
    return seed ^ (hash + 0x9E3779B97F4A7C15ULL + (seed << 6) + (seed >> 2));
}

std::size_t hash_text(std::string_view text) {
    return std::hash<std::string_view>{}(text);
}

}  // namespace

bool equal_json(const Value& left, const Value& right) {
    if (left.is_number() && right.is_number()) return equal_numbers(left, right);
    if (left.kind() != right.kind()) return false;
    if (const Array* items = left.if_array())
        return std::ranges::equal(*items, right.get_array(), equal_json);
    if (const Object* members = left.if_object()) {
        const Object& other = right.get_object();
        return members->size() == other.size() &&
               std::ranges::all_of(*members, [&](const auto& member) {
                   const Value* found = other.if_contains(member.key());
                   return found != nullptr && equal_json(member.value(), *found);
               });
    }
    return left == right;
}

std::size_t hash_json(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return 1;
        case boost::json::kind::bool_:
            return value.get_bool() ? 2 : 3;
        case boost::json::kind::int64:
        case boost::json::kind::uint64:
        case boost::json::kind::double_:
            return mix(4, std::hash<double>{}(value.to_number<double>()));
        case boost::json::kind::string: {
            const auto& text = value.get_string();
            return mix(5, hash_text({text.data(), text.size()}));
        }
        case boost::json::kind::array: {
            std::size_t hash = 6;
            for (const Value& item : value.get_array()) hash = mix(hash, hash_json(item));
            return hash;
        }
        case boost::json::kind::object: {
            // A sum: the order of members must not matter.
            std::size_t hash = 7;
            for (const auto& member : value.get_object())
                hash += mix(hash_text({member.key().data(), member.key().size()}),
                            hash_json(member.value()));
            return hash;
        }
    }
    return 0;
}

}  // namespace sluice::definition
