#include "engine/definition/section.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/definition/durations.hpp"
#include "engine/definition/json_pointer.hpp"
#include "engine/model/duration.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::definition {

namespace {

std::string range_text(const std::string& least, const std::string& most) {
    return "from " + least + " to " + most;
}

std::string plain_number(double number) {
    std::string text = std::to_string(number);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

}  // namespace

std::optional<Section> Section::open(const Value& value, std::string pointer, Problems& problems) {
    if (const Object* object = value.if_object())
        return Section(*object, std::move(pointer), problems);
    const std::string place = readable_path(pointer);
    problems.at_value(pointer, "wrong_type",
                      (place.empty() ? "a flow" : quoted(place)) + " must be a map, not " +
                          std::string(kind_name(value)));
    return std::nullopt;
}

void Section::only(std::span<const std::string_view> known) const {
    for (const auto& member : object_) {
        const std::string_view key{member.key().data(), member.key().size()};
        if (std::ranges::find(known, key) != known.end()) continue;
        const std::string nearest = nearest_name(key, known);
        problems_.at_key(pointer(key), "unknown_key",
                         quoted(key) + " is not a key here; the keys are " + listed(known),
                         nearest.empty() ? "" : "write `" + nearest + '`');
    }
}

const Value* Section::find(std::string_view key) const {
    return object_.if_contains({key.data(), key.size()});
}

std::string Section::pointer(std::string_view key) const {
    return child_pointer(pointer_, key);
}

bool Section::require(std::string_view key, std::string_view what) const {
    if (find(key) != nullptr) return true;
    const std::string place = readable_path(pointer_);
    problems_.at_key(pointer_, "missing_key",
                     (place.empty() ? "the flow" : quoted(place)) + " has no " + quoted(key) +
                         ", " + std::string(what));
    return false;
}

void Section::wrong_type(std::string_view key, std::string_view what) const {
    problems_.at_value(pointer(key), "wrong_type",
                       quoted(key) + " must be " + std::string(what) + ", not " +
                           std::string(kind_name(*find(key))));
}

std::optional<std::string_view> Section::text(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* text = value->if_string()) return std::string_view{text->data(), text->size()};
    if (value->is_number() || value->is_bool())
        problems_.at_value(pointer(key), "wrong_type",
                           quoted(key) + " must be text, not " + std::string(kind_name(*value)),
                           "put quotes around it");
    else
        wrong_type(key, "text");
    return std::nullopt;
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t least,
                                             std::int64_t most) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    const std::string range = range_text(std::to_string(least), std::to_string(most));
    if (!value->is_number()) {
        wrong_type(key, "an integer " + range);
        return std::nullopt;
    }
    const double number = value->to_number<double>();
    if (std::trunc(number) == number && number >= static_cast<double>(least) &&
        number <= static_cast<double>(most))
        return static_cast<std::int64_t>(number);
    problems_.at_value(pointer(key), "out_of_range", quoted(key) + " must be an integer " + range);
    return std::nullopt;
}

std::optional<double> Section::number(std::string_view key, double least, double most) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    const std::string range = range_text(plain_number(least), plain_number(most));
    if (!value->is_number()) {
        wrong_type(key, "a number " + range);
        return std::nullopt;
    }
    const double number = value->to_number<double>();
    if (number >= least && number <= most) return number;
    problems_.at_value(pointer(key), "out_of_range", quoted(key) + " must be a number " + range);
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> Section::duration(std::string_view key,
                                                           std::chrono::milliseconds least) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto duration = duration_of(*value);
    if (!duration) {
        const Error& error = duration.error();
        std::string suggestion;
        if (const Object* details = error.details.if_object())
            suggestion = "write " + std::string(details->at("suggestion").get_string());
        problems_.at_value(pointer(key), error.code, error.message, std::move(suggestion));
        return std::nullopt;
    }
    if (*duration >= least) return *duration;
    problems_.at_value(pointer(key), "out_of_range",
                       quoted(key) + " must be at least " + format_duration(least));
    return std::nullopt;
}

std::optional<std::size_t> Section::choice_index(std::string_view key,
                                                 std::span<const std::string_view> names) const {
    const auto word = text(key);
    if (!word) return std::nullopt;
    const auto found = std::ranges::find(names, *word);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::string nearest = nearest_name(*word, names);
    problems_.at_value(
        pointer(key), "unknown_value",
        quoted(*word) + " is not a value of " + quoted(key) + "; the values are " + listed(names),
        nearest.empty() ? "" : "write `" + nearest + '`');
    return std::nullopt;
}

}  // namespace sluice::definition
