#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/definition/problems.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// One map of a definition, read key by key: each reader answers nullopt when the key is absent,
/// and also when its value is wrong, which is then reported.
class Section {
  public:
    /// A section for the map at `pointer`. Reports `wrong_type` and answers nullopt when `value` is
    /// none.
    [[nodiscard]] static std::optional<Section> open(const Value& value, std::string pointer,
                                                     Problems& problems);

    /// Reports every key outside `known` as `unknown_key`, with the nearest of them.
    void only(std::span<const std::string_view> known) const;

    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] const Object& members() const noexcept { return object_; }
    [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }
    [[nodiscard]] std::string pointer(std::string_view key) const;
    [[nodiscard]] Problems& problems() const noexcept { return problems_; }

    /// Reports `missing_key` when the key is absent.
    bool require(std::string_view key, std::string_view what) const;

    [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const;
    /// An integer from `least` to `most`; else `out_of_range`.
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                      std::int64_t most) const;
    /// A number from `least` to `most`; else `out_of_range`.
    [[nodiscard]] std::optional<double> number(std::string_view key, double least,
                                               double most) const;
    /// A duration (durations.hpp), at least `least`; else `invalid_duration` or `out_of_range`.
    [[nodiscard]] std::optional<std::chrono::milliseconds> duration(
        std::string_view key, std::chrono::milliseconds least) const;

    /// One of the named values; else `unknown_value`, with the nearest name.
    template <typename T>
    [[nodiscard]] std::optional<T> choice(
        std::string_view key, std::initializer_list<std::pair<std::string_view, T>> choices) const {
        std::vector<std::string_view> names;
        for (const auto& [name, value] : choices) names.push_back(name);
        const auto at = choice_index(key, names);
        if (!at) return std::nullopt;
        return (choices.begin() + static_cast<std::ptrdiff_t>(*at))->second;
    }

    /// Reports `wrong_type`: "`key` must be WHAT, not a list".
    void wrong_type(std::string_view key, std::string_view what) const;

  private:
    Section(const Object& object, std::string pointer, Problems& problems)
        : object_(object), pointer_(std::move(pointer)), problems_(problems) {}

    [[nodiscard]] std::optional<std::size_t> choice_index(
        std::string_view key, std::span<const std::string_view> names) const;

    const Object& object_;
    std::string pointer_;
    Problems& problems_;
};

}  // namespace sluice::definition
