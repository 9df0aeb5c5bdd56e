#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "engine/expression/expression.hpp"

namespace sluice::expression::test {

/// As `expression::ObjectScope`, but a node named `late` is known and has no output.
class ObjectScope final : public Scope {
  public:
    explicit ObjectScope(Value source) : source_(std::move(source)) {
        const Object& object = source_.get_object();
        if (const Value* const nodes = object.if_contains("nodes")) {
            for (const auto& field : nodes->get_object()) {
                ids_.emplace_back(field.key());
                outputs_.push_back(&field.value());
            }
        }
        ids_.emplace_back("late");
        outputs_.push_back(nullptr);
    }
    ObjectScope(const ObjectScope&) = delete;
    ObjectScope& operator=(const ObjectScope&) = delete;

    [[nodiscard]] const Value* root(Root root) const override {
        constexpr std::array names{"input", "vars", "trigger", "env",  "execution",
                                   "flow",  "item", "index",   "error"};
        return source_.get_object().if_contains(names.at(static_cast<std::size_t>(root)));
    }
    [[nodiscard]] const Value* node(std::uint32_t index) const override {
        return outputs_.at(index);
    }
    [[nodiscard]] WallTime now() const override {
        return WallTime(Milliseconds(1'700'000'000'123));
    }
    [[nodiscard]] Names names() const { return {ids_}; }
    [[nodiscard]] const Value& source() const { return source_; }

  private:
    Value source_;
    std::vector<std::string> ids_;
    std::vector<const Value*> outputs_;
};

inline Budget default_budget() {
    return Budget::from(Limits{});
}

/// The value as JSON text, or "code: message" of the problem or error.
inline std::string answer(std::string_view expression, const ObjectScope& scope,
                          Budget budget = default_budget()) {
    const auto compiled = Expression::compile(expression, scope.names());
    if (!compiled) return compiled.error().code + ": " + compiled.error().message;
    const auto value = compiled->evaluate(scope, budget);
    if (!value) return value.error().code + ": " + value.error().message;
    return serialize(*value);
}

inline std::string answer(std::string_view expression, std::string_view scope = "{}") {
    return answer(expression, ObjectScope(boost::json::parse(scope)));
}

}  // namespace sluice::expression::test
