// Private to json_schema.cpp: includes valijson.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/constraints/constraint_visitor.hpp>
#include <valijson/schema.hpp>

#include "engine/definition/json_equality.hpp"
#include "engine/definition/json_pointer.hpp"
#include "engine/definition/json_schema.hpp"
#include "engine/definition/schema_check.hpp"
#include "engine/definition/schema_format.hpp"
#include "engine/definition/schema_pattern.hpp"
#include "engine/definition/schema_wording.hpp"
#include "engine/model/limits.hpp"

namespace sluice::definition {

namespace constraints = valijson::constraints;

inline constexpr Limits schema_limits{};

inline std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}
inline std::string_view view(const auto& text) {
    return {text.data(), text.size()};
}
inline boost::json::string_view text_view(std::string_view text) {
    return {text.data(), text.size()};
}

std::string_view type_name(constraints::TypeConstraint::JsonType type);
bool has_type(const Value& value, constraints::TypeConstraint::JsonType type);

/// One step of a path into a value or a schema; the path is the chain of steps on the stack.
struct Step {
    const Step* parent = nullptr;
    std::string_view name;
    std::optional<std::size_t> index;

    void append_to(std::string& pointer) const {
        if (parent != nullptr) parent->append_to(pointer);
        if (index)
            pointer += '/' + std::to_string(*index);
        else
            append_token(pointer, name);
    }
};

struct JsonSchema::Compiled {
    Value document;
    valijson::Schema root;
    std::unordered_map<std::string_view, SchemaPattern> patterns;  ///< keys point into `document`
};

/// Judges one value: the state that valijson's visitor interface needs between its calls.
class JsonSchema::Judge final : public constraints::ConstraintVisitor {
    using Subschema = valijson::Subschema;

  public:
    Judge(const Compiled& compiled, std::vector<Violation>* violations)
        : compiled_(compiled),
          violations_(violations),
          judge_([this](const constraints::Constraint& constraint) {
              return constraint.accept(*this);
          }) {}

    bool check(const Subschema& schema, const Value& value) {
        if (++steps_ > schema_limits.schema_steps || depth_ > schema_limits.schema_depth)
            return fail("", "cannot be checked: its schema is too costly for it");
        if (schema.getAlwaysInvalid()) return fail("", "is not allowed");
        const Value* around = std::exchange(value_, &value);
        ++depth_;
        const bool fits =
            violations_ != nullptr ? schema.apply(judge_) : schema.applyStrict(judge_);
        --depth_;
        value_ = around;
        return fits;
    }

    bool visit(const constraints::AllOfConstraint& constraint) override {
        bool fits = true;
        constraint.applyToSubschemas([&](unsigned index, const Subschema* schema) {
            fits = check_here(*schema, "allOf", Step{nullptr, {}, index}) && fits;
            return fits || violations_ != nullptr;
        });
        return fits;
    }

    bool visit(const constraints::AnyOfConstraint& constraint) override {
        bool fits = false;
        constraint.applyToSubschemas([&](unsigned index, const Subschema* schema) {
            fits = quietly([&] { return check_here(*schema, "anyOf", Step{nullptr, {}, index}); });
            return !fits;
        });
        return fits || fail_alternatives(constraint, "anyOf");
    }

    bool visit(const constraints::OneOfConstraint& constraint) override;

    bool visit(const constraints::NotConstraint& constraint) override {
        return !quietly([&] { return check_here(*constraint.getSubschema(), "not"); }) ||
               fail("not", "must not be what its schema excludes");
    }

    bool visit(const constraints::ConditionalConstraint& constraint) override {
        const bool condition =
            quietly([&] { return check_here(*constraint.getIfSubschema(), "if"); });
        const Subschema* branch =
            condition ? constraint.getThenSubschema() : constraint.getElseSubschema();
        return branch == nullptr || check_here(*branch, condition ? "then" : "else");
    }

    bool visit(const constraints::ConstConstraint&) override {
        const Value& expected = keyword("const");
        return equal_json(*value_, expected) || fail("const", "must be " + shortened(expected));
    }

    bool visit(const constraints::EnumConstraint&) override;

    bool visit(const constraints::TypeConstraint& constraint) override;

    // Numbers.
    bool visit(const constraints::MaximumConstraint& constraint) override {
        if (!value_->is_number()) return true;
        const double number = value_->to_number<double>();
        if (constraint.getExclusiveMaximum())
            return number < constraint.getMaximum() ||
                   fail("exclusiveMaximum",
                        "must be less than " + number_text(constraint.getMaximum()));
        return number <= constraint.getMaximum() ||
               fail("maximum", "must be at most " + number_text(constraint.getMaximum()));
    }

    bool visit(const constraints::MinimumConstraint& constraint) override {
        if (!value_->is_number()) return true;
        const double number = value_->to_number<double>();
        if (constraint.getExclusiveMinimum())
            return number > constraint.getMinimum() ||
                   fail("exclusiveMinimum",
                        "must be more than " + number_text(constraint.getMinimum()));
        return number >= constraint.getMinimum() ||
               fail("minimum", "must be at least " + number_text(constraint.getMinimum()));
    }

    bool visit(const constraints::MultipleOfIntConstraint& constraint) override;

    bool visit(const constraints::MultipleOfDoubleConstraint& constraint) override {
        if (!value_->is_number()) return true;
        // Neither number is exact in binary: their quotient is whole but for rounding.
        const double quotient = value_->to_number<double>() / constraint.getDivisor();
        const double error = std::abs(quotient - std::round(quotient));
        const bool fits =
            std::isfinite(quotient) && error <= 1e-9 * std::max(1.0, std::abs(quotient));
        return fits ||
               fail("multipleOf", "must be a multiple of " + number_text(constraint.getDivisor()));
    }

    // Texts.
    bool visit(const constraints::MaxLengthConstraint& constraint) override {
        const auto text = as_text();
        return !text || text->size() <= constraint.getMaxLength() ||
               code_points(*text) <= constraint.getMaxLength() ||
               fail("maxLength", "must have at most " +
                                     amount(constraint.getMaxLength(), "character", "characters"));
    }

    bool visit(const constraints::MinLengthConstraint& constraint) override {
        const auto text = as_text();
        return !text || code_points(*text) >= constraint.getMinLength() ||
               fail("minLength", "must have at least " +
                                     amount(constraint.getMinLength(), "character", "characters"));
    }

    bool visit(const constraints::PatternConstraint&) override {
        const auto text = as_text();
        if (!text) return true;
        const std::string_view pattern = view(keyword("pattern").get_string());
        return compiled_.patterns.at(pattern).matches(*text) ||
               fail("pattern", "must match the pattern " + std::string(pattern));
    }

    bool visit(const constraints::FormatConstraint& constraint) override {
        const auto text = as_text();
        return !text || has_format(constraint.getFormat(), *text) ||
               fail("format", "must be a valid " + constraint.getFormat());
    }

    // Arrays.
    bool visit(const constraints::MaxItemsConstraint& constraint) override {
        return !value_->is_array() || value_->get_array().size() <= constraint.getMaxItems() ||
               fail("maxItems",
                    "must have at most " + amount(constraint.getMaxItems(), "item", "items"));
    }

    bool visit(const constraints::MinItemsConstraint& constraint) override {
        return !value_->is_array() || value_->get_array().size() >= constraint.getMinItems() ||
               fail("minItems",
                    "must have at least " + amount(constraint.getMinItems(), "item", "items"));
    }

    bool visit(const constraints::SingularItemsConstraint& constraint) override {
        const Array* items = value_->if_array();
        bool fits = true;
        for (std::size_t at = 0;
             items != nullptr && at < items->size() && (fits || violations_ != nullptr); ++at)
            fits = check_item((*items)[at], at, *constraint.getItemsSubschema(), "items") && fits;
        return fits;
    }

    bool visit(const constraints::LinearItemsConstraint& constraint) override;

    bool visit(const constraints::ContainsConstraint& constraint) override;

    bool visit(const constraints::UniqueItemsConstraint&) override;

    // Objects.
    bool visit(const constraints::MaxPropertiesConstraint& constraint) override {
        return !value_->is_object() ||
               value_->get_object().size() <= constraint.getMaxProperties() ||
               fail("maxProperties", "must have at most " + amount(constraint.getMaxProperties(),
                                                                   "member", "members"));
    }

    bool visit(const constraints::MinPropertiesConstraint& constraint) override {
        return !value_->is_object() ||
               value_->get_object().size() >= constraint.getMinProperties() ||
               fail("minProperties", "must have at least " + amount(constraint.getMinProperties(),
                                                                    "member", "members"));
    }

    bool visit(const constraints::RequiredConstraint& constraint) override {
        const Object* object = value_->if_object();
        if (object == nullptr) return true;
        bool fits = true;
        constraint.applyToRequiredProperties([&](const auto& name) {
            if (!object->contains(text_view(view(name))))
                fits = fail("required", "must have `" + std::string(view(name)) + "`");
            return fits || violations_ != nullptr;
        });
        return fits;
    }

    bool visit(const constraints::PropertiesConstraint& constraint) override;
    bool visit(const constraints::PropertyNamesConstraint& constraint) override;
    bool visit(const constraints::DependenciesConstraint& constraint) override;

    bool visit(const constraints::PolyConstraint&) override {
        return true;
    }  // valijson's hook for keywords of a program's own

  private:
    [[nodiscard]] std::optional<std::string_view> as_text() const {
        if (const auto* text = value_->if_string())
            return std::string_view{text->data(), text->size()};
        return std::nullopt;
    }

    /// Checks the same value against a schema that stands at `keyword`, or `keyword/branch`, of
    /// this one.
    bool check_here(const Subschema& schema, std::string_view keyword,
                    std::optional<Step> branch = {}) {
        return check_at(schema, *value_, nullptr, keyword, branch);
    }

    bool check_item(const Value& item, std::size_t index, const Subschema& schema,
                    std::string_view keyword, std::optional<Step> branch = {}) {
        const Step place{value_path_, {}, index};
        return check_at(schema, item, &place, keyword, branch);
    }

    bool check_member(const Value& member, std::string_view name, const Subschema& schema,
                      std::string_view keyword, std::optional<Step> branch = {}) {
        const Step place{value_path_, name, {}};
        return check_at(schema, member, &place, keyword, branch);
    }

    bool check_at(const Subschema& schema, const Value& value, const Step* place,
                  std::string_view keyword, std::optional<Step> branch) {
        const Step at_keyword{schema_path_, keyword, {}};
        if (branch) branch->parent = &at_keyword;
        const Step* schema_around = std::exchange(schema_path_, branch ? &*branch : &at_keyword);
        const Step* value_around =
            std::exchange(value_path_, place != nullptr ? place : value_path_);
        const bool fits = check(schema, value);
        schema_path_ = schema_around;
        value_path_ = value_around;
        return fits;
    }

    /// Runs `judge` without reporting.
    bool quietly(const auto& judge) {
        auto* reported = std::exchange(violations_, nullptr);
        const bool fits = judge();
        violations_ = reported;
        return fits;
    }

    /// Reports that no alternative fits, with what is wrong for the one that comes nearest.
    bool fail_alternatives(const auto& constraint, std::string_view keyword) {
        if (violations_ == nullptr) return false;
        std::vector<Violation> nearest;
        std::size_t count = 0;
        constraint.applyToSubschemas([&](unsigned index, const Subschema* schema) {
            std::vector<Violation> found;
            auto* reported = std::exchange(violations_, &found);
            check_here(*schema, keyword, Step{nullptr, {}, index});
            violations_ = reported;
            const auto is_type = [&](const Violation& one) {
                return one.pointer == pointer() && one.schema_pointer.ends_with("/type");
            };
            const bool other_type = std::ranges::any_of(found, is_type);
            const bool nearest_other_type = std::ranges::any_of(nearest, is_type);
            if (count++ == 0 || (nearest_other_type && !other_type) ||
                (nearest_other_type == other_type && found.size() < nearest.size()))
                nearest = std::move(found);
            return true;
        });
        std::string message = "matches none of its " + std::to_string(count) + " alternatives";
        if (!nearest.empty()) {
            const std::string inside = nearest.front().pointer.substr(pointer().size());
            message += "; nearest: " + (inside.empty() ? "it" : '`' + readable_path(inside) + '`') +
                       ' ' + nearest.front().message;
        }
        return fail(keyword, std::move(message));
    }

    bool fail(std::string_view keyword, std::string message) {
        return fail_at(value_path_, keyword, std::move(message));
    }

    bool fail_at(const Step* place, std::string_view keyword, std::string message);

    [[nodiscard]] std::string pointer() const {
        std::string text;
        if (value_path_ != nullptr) value_path_->append_to(text);
        return text;
    }

    /// The schema that is being applied, as its author wrote it, references followed; `pointer`
    /// takes its place.
    const Value* schema_here(std::string* pointer = nullptr) const {
        return schema_at(schema_path_, pointer);
    }

    const Value* schema_at(const Step* step, std::string* pointer) const;

    const Value& keyword(std::string_view name) const {
        return schema_here()->as_object().at(text_view(name));
    }

    const Compiled& compiled_;
    std::vector<Violation>* violations_;  ///< null while only the verdict counts
    Subschema::ApplyFunction judge_;
    const Value* value_ = nullptr;
    const Step* value_path_ = nullptr;
    const Step* schema_path_ = nullptr;
    std::size_t steps_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace sluice::definition
