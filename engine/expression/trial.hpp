#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/expression.hpp"
#include "engine/expression/time_zone.hpp"

namespace sluice::expression {

/// A scope whose roots are the fields of an object (`input`, `vars` ...); its field `nodes` holds
/// outputs by id. For trying expressions out.
class ObjectScope final : public Scope {
  public:
    /// `source` is an object. Without a time zone, local time is UTC.
    ObjectScope(Value source, WallTime now, std::optional<TimeZone> zone = {});
    ObjectScope(const ObjectScope&) = delete;
    ObjectScope& operator=(const ObjectScope&) = delete;

    /// The first field that is no root of expressions, or whose `nodes` is no object; empty when
    /// all are well.
    [[nodiscard]] static std::string unknown_field(const Object& source);

    [[nodiscard]] const Value* root(Root root) const override {
        return roots_[static_cast<std::size_t>(root)];
    }
    [[nodiscard]] const Value* node(std::uint32_t index) const override { return outputs_[index]; }
    [[nodiscard]] WallTime now() const override { return now_; }
    [[nodiscard]] const TimeZone* time_zone() const override { return zone_ ? &*zone_ : nullptr; }
    [[nodiscard]] Names names() const { return {ids_}; }

  private:
    Value source_;
    WallTime now_;
    std::optional<TimeZone> zone_;
    std::array<const Value*, 9> roots_{};
    std::vector<std::string> ids_;
    std::vector<const Value*> outputs_;
};

/// Compiles and evaluates, and tells all about it as a value: {ok, value, type, budget: {steps:
/// {used, limit}, bytes: {used, limit}}} or {ok: false, error: {code, message, hint, offset, line,
/// column}, budget}. The place counts from 1, columns in characters; `hint` may be missing.
[[nodiscard]] Value try_expression(std::string_view text, const ObjectScope& scope,
                                   const Limits& limits);

}  // namespace sluice::expression
