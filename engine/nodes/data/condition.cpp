#include "engine/nodes/data/condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/nodes/data/value_order.hpp"

namespace sluice::nodes {

struct Condition::OperatorName {
    std::string_view name;
    Operator kind;
    std::string_view operand;  ///< what it must be, for people
    bool (*takes)(const Value&);

    static const OperatorName* find(std::string_view name);
    static const std::array<OperatorName, 14> all;
};

namespace {

bool is_comparable(const Value& value) {
    return value.is_number() || value.is_string();
}
bool is_anything(const Value&) {
    return true;
}
bool is_list(const Value& value) {
    return value.is_array();
}
bool is_text(const Value& value) {
    return value.is_string();
}
bool is_flag(const Value& value) {
    return value.is_bool();
}

bool same(const Value* found, const Value& operand) {
    return found == nullptr ? operand.is_null() : compare_values(*found, operand) == 0;
}

bool is_empty(const Value* found) {
    if (found == nullptr || found->is_null()) return true;
    if (const auto* const text = found->if_string()) return text->empty();
    if (const auto* const list = found->if_array()) return list->empty();
    const auto* const object = found->if_object();
    return object != nullptr && object->empty();
}

bool holds_element(const Value* found, const Value& operand) {
    if (found == nullptr) return false;
    if (const auto* const list = found->if_array())
        return std::ranges::any_of(*list, [&](const Value& one) { return same(&one, operand); });
    const auto* const text = found->if_string();
    return text != nullptr && operand.is_string() &&
           std::string_view(*text).find(std::string_view(operand.get_string())) !=
               std::string_view::npos;
}

bool less(const Value& left, const Value& right) {
    return compare_values(left, right) < 0;
}

bool is_listed(const Value* found, const std::vector<Value>& sorted) {
    static const Value nothing;
    return std::ranges::binary_search(sorted, found == nullptr ? nothing : *found, less);
}

std::string_view text_of(const Value* found) {
    const auto* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

/// How two values of one kind stand; nothing for others, which are in no order.
std::partial_ordering compared(const Value* found, const Value& operand) {
    if (found == nullptr) return std::partial_ordering::unordered;
    const bool alike =
        (found->is_number() && operand.is_number()) || (found->is_string() && operand.is_string());
    if (!alike) return std::partial_ordering::unordered;
    return compare_values(*found, operand);
}

}  // namespace

const std::array<Condition::OperatorName, 14> Condition::OperatorName::all{{
    {"equals", Operator::equals, "any value", is_anything},
    {"not_equals", Operator::not_equals, "any value", is_anything},
    {"above", Operator::above, "a number or text", is_comparable},
    {"at_least", Operator::at_least, "a number or text", is_comparable},
    {"below", Operator::below, "a number or text", is_comparable},
    {"at_most", Operator::at_most, "a number or text", is_comparable},
    {"in", Operator::in, "a list", is_list},
    {"not_in", Operator::not_in, "a list", is_list},
    {"contains", Operator::contains, "any value", is_anything},
    {"starts_with", Operator::starts_with, "text", is_text},
    {"ends_with", Operator::ends_with, "text", is_text},
    {"matches", Operator::matches, "a regular expression", is_text},
    {"exists", Operator::exists, "true or false", is_flag},
    {"empty", Operator::empty, "true or false", is_flag},
}};

const Condition::OperatorName* Condition::OperatorName::find(std::string_view name) {
    const auto* const found = std::ranges::find(all, name, &OperatorName::name);
    return found == all.end() ? nullptr : found;
}

/// Reads a condition and all within it, counting.
class Condition::Reader {
  public:
    explicit Reader(DataParameters& parameters) : parameters_(parameters) {}

    Condition read(const Value& written, const std::string& place, std::size_t depth) {
        Condition condition;
        if (++count_ > parameters_.limits().data_rules ||
            depth > parameters_.limits().data_rule_depth) {
            if (!std::exchange(too_many_, true))
                parameters_.problem(
                    place, "has more than " + std::to_string(parameters_.limits().data_rules) +
                               " comparisons, or they nest deeper than " +
                               std::to_string(parameters_.limits().data_rule_depth));
            return condition;
        }
        if (written.is_array()) {
            read_parts(condition, written, place, depth);
            return condition;
        }
        const auto* const object = written.if_object();
        if (object == nullptr || object->empty()) {
            parameters_.problem(place, "must be a comparison such as {field: total, above: 100}");
            return condition;
        }
        for (const auto& entry : *object) read_entry(condition, entry, place, depth);
        if (condition.comparisons_.empty() && condition.parts_.empty() && object->size() == 1 &&
            object->contains("field"))
            parameters_.problem(place, "compares with nothing: give one of " + operator_names());
        return condition;
    }

  private:
    static std::string operator_names() {
        std::string names;
        for (const auto& one : OperatorName::all)
            names.append(names.empty() ? "" : ", ").append(one.name);
        return names;
    }

    void read_parts(Condition& condition, const Value& written, const std::string& place,
                    std::size_t depth) {
        const auto* const list = written.if_array();
        if (list == nullptr || list->empty())
            return parameters_.problem(place, "must be a list of comparisons that is not empty");
        for (std::size_t at = 0; at < list->size() && !too_many_; ++at)
            condition.parts_.push_back(
                read((*list)[at], place + '[' + std::to_string(at) + ']', depth + 1));
    }

    /// Groups beside comparisons stand for one more part that must hold.
    void read_group(Condition& condition, Joint joint, const Value& written,
                    const std::string& place, std::size_t depth) {
        Condition group;
        group.joint_ = joint;
        if (joint == Joint::none)
            group.parts_.push_back(read(written, place, depth + 1));
        else
            read_parts(group, written, place, depth);
        condition.parts_.push_back(std::move(group));
    }

    void read_entry(Condition& condition, const boost::json::key_value_pair& entry,
                    const std::string& place, std::size_t depth) {
        const std::string_view name = entry.key();
        const std::string inner = place + '.' + std::string(name);
        if (name == "any") return read_group(condition, Joint::any, entry.value(), inner, depth);
        if (name == "all") return read_group(condition, Joint::all, entry.value(), inner, depth);
        if (name == "not") return read_group(condition, Joint::none, entry.value(), inner, depth);
        if (name == "field") {
            auto path = Path::parse(entry.value(), parameters_.limits());
            if (!path) return parameters_.problem(inner, std::string(path_expectation));
            condition.field_ = std::move(*path);
            return;
        }
        const OperatorName* const known = OperatorName::find(name);
        if (known == nullptr)
            return parameters_.problem(
                inner, "is no comparison; there are " + operator_names() + ", any, all and not");
        if (!known->takes(entry.value()))
            return parameters_.problem(inner, "must be " + std::string(known->operand));
        ++count_;
        Comparison comparison{known->kind, entry.value(), {}, {}};
        if (const auto* const list = entry.value().if_array();
            list != nullptr && (known->kind == Operator::in || known->kind == Operator::not_in)) {
            comparison.list.assign(list->begin(), list->end());
            std::ranges::sort(comparison.list, less);
        }
        if (known->kind == Operator::matches)
            comparison.pattern =
                Pattern::compile(inner, entry.value().get_string(), "u", parameters_);
        condition.comparisons_.push_back(std::move(comparison));
    }

    DataParameters& parameters_;
    std::size_t count_ = 0;
    bool too_many_ = false;
};

Condition Condition::parse(const Value& written, const std::string& place,
                           DataParameters& parameters) {
    return Reader(parameters).read(written, place, 1);
}

Value Condition::schema() {
    Object comparison{
        {"field", Object{{"description", "Path in the item; without it, the item."}}}};
    for (const auto& one : OperatorName::all)
        comparison[one.name] = Object{{"description", "Must be " + std::string(one.operand) + '.'}};
    comparison["any"] = Object{{"type", "array"}, {"description", "One of these must hold."}};
    comparison["all"] = Object{{"type", "array"}, {"description", "All of these must hold."}};
    comparison["not"] = Object{{"description", "This must not hold."}};
    return Object{{"type", Array{"object", "array"}},
                  {"properties", std::move(comparison)},
                  {"additionalProperties", false},
                  {"examples", Array{Object{{"field", "total"}, {"above", 100}}}}};
}

bool Condition::holds(const Value& item, SearchBudget& budget) const {
    const Value* const found = field_.find(item);
    for (const auto& comparison : comparisons_)
        if (!holds(comparison, found, budget)) return false;
    if (parts_.empty()) return true;
    const auto part_holds = [&](const Condition& part) { return part.holds(item, budget); };
    switch (joint_) {
        case Joint::all:
            return std::ranges::all_of(parts_, part_holds);
        case Joint::any:
            return std::ranges::any_of(parts_, part_holds);
        case Joint::none:
            return std::ranges::none_of(parts_, part_holds);
    }
    return false;
}

bool Condition::holds(const Comparison& comparison, const Value* found, SearchBudget& budget) {
    const Value& operand = comparison.operand;
    switch (comparison.kind) {
        case Operator::equals:
            return same(found, operand);
        case Operator::not_equals:
            return !same(found, operand);
        case Operator::above:
            return compared(found, operand) > 0;
        case Operator::at_least:
            return compared(found, operand) >= 0;
        case Operator::below:
            return compared(found, operand) < 0;
        case Operator::at_most:
            return compared(found, operand) <= 0;
        case Operator::in:
        case Operator::not_in:
            return is_listed(found, comparison.list) == (comparison.kind == Operator::in);
        case Operator::contains:
            return holds_element(found, operand);
        case Operator::starts_with:
            return found != nullptr && found->is_string() &&
                   text_of(found).starts_with(std::string_view(operand.get_string()));
        case Operator::ends_with:
            return found != nullptr && found->is_string() &&
                   text_of(found).ends_with(std::string_view(operand.get_string()));
        case Operator::matches:
            return found != nullptr && found->is_string() &&
                   comparison.pattern.refusal(text_of(found)) == nullptr &&
                   comparison.pattern.find(text_of(found), 0, {}, budget);
        case Operator::exists:
            return (found != nullptr) == operand.get_bool();
        case Operator::empty:
            return is_empty(found) == operand.get_bool();
    }
    return false;
}

}  // namespace sluice::nodes
