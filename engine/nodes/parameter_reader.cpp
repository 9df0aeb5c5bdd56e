#include "engine/nodes/parameter_reader.hpp"

#include <algorithm>
#include <limits>

#include "engine/model/duration.hpp"

namespace sluice::nodes {
namespace {

constexpr std::chrono::milliseconds longest_timeout = std::chrono::days(1);

}  // namespace

const Value* ParameterReader::find(std::string_view key) const {
    const Value* const value = find_even_null(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

void ParameterReader::only(std::span<const std::string_view> known) {
    for (const auto& item : parameters_) {
        const std::string_view key = item.key();
        if (std::find(known.begin(), known.end(), key) == known.end())
            problem(std::string(key), "is not a parameter of " + std::string(type_));
    }
}

std::optional<std::string> ParameterReader::text(std::string_view key) {
    const Value* const value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* const found = value->if_string()) return std::string(*found);
    problem(std::string(key), "must be text");
    return std::nullopt;
}

void ParameterReader::flag(std::string_view key, bool& into) {
    const Value* const value = find(key);
    if (value == nullptr) return;
    if (const auto* const found = value->if_bool())
        into = *found;
    else
        problem(std::string(key), "must be true or false");
}

std::optional<std::chrono::milliseconds> ParameterReader::timeout() {
    const Value* const value = find("timeout");
    if (value == nullptr) return std::nullopt;
    std::optional<std::chrono::milliseconds> given;
    if (const auto* const words = value->if_string())
        given = parse_duration(*words);
    else if (const auto count = whole_number(*value, std::numeric_limits<std::int64_t>::max()))
        given = std::chrono::milliseconds(*count);
    if (given && given->count() >= 1 && *given <= longest_timeout) return given;
    problem("timeout", "must be a duration such as 10s, or milliseconds, from 1ms to " +
                           format_duration(longest_timeout));
    return std::nullopt;
}

std::optional<NodeError> ParameterReader::failure() const {
    if (problems_.empty()) return std::nullopt;
    std::string message = "the parameters of " + std::string(type_) + " are wrong:";
    Array list;
    for (const auto& [parameter, text] : problems_) {
        if (!list.empty()) message += ';';
        message.append(" `").append(parameter).append("` ").append(text);
        list.push_back(Object{{"parameter", parameter}, {"message", text}});
    }
    return NodeError{"invalid_parameters", std::move(message),
                     Object{{"problems", std::move(list)}}, false};
}

std::optional<std::int64_t> whole_number(const Value& value, std::uint64_t most) {
    boost::system::error_code error;
    const auto number = value.is_number() ? value.to_number<std::int64_t>(error) : -1;
    if (error || number < 0 || static_cast<std::uint64_t>(number) > most) return std::nullopt;
    return number;
}

}  // namespace sluice::nodes
