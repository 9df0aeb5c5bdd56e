// The only source that includes valijson. valijson reads the schema and resolves its references
// (its SchemaParser with the Boost.JSON adapter); values are judged by the visitor below instead of
// valijson's ValidationVisitor, which runs patterns with std::regex (a long text overflows the
// stack), keeps state in the validator, calls integers above 2^63 no numbers, cuts texts at U+0000,
// and names places neither by JSON Pointer nor in the schema.
#define VALIJSON_USE_EXCEPTIONS 1

#include "engine/definition/json_schema.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <exception>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema_parser.hpp>

#include "engine/definition/schema_judge.hpp"

namespace sluice::definition {

namespace {

using namespace valijson::constraints;

/// Compiles every pattern of the document. Those in data that only looks like a schema may be
/// unusable: they are never asked for.
void collect_patterns(const Value& value,
                      std::unordered_map<std::string_view, SchemaPattern>& patterns) {
    const auto add = [&](std::string_view pattern) {
        if (patterns.contains(pattern)) return;
        if (auto compiled = SchemaPattern::compile(pattern))
            patterns.emplace(pattern, *std::move(compiled));
    };
    if (const Array* array = value.if_array())
        for (const Value& item : *array) collect_patterns(item, patterns);
    if (const Object* object = value.if_object()) {
        for (const auto& member : *object) {
            if (member.key() == "pattern" && member.value().is_string())
                add(view(member.value().get_string()));
            if (member.key() == "patternProperties" && member.value().is_object())
                for (const auto& pattern : member.value().get_object()) add(view(pattern.key()));
            collect_patterns(member.value(), patterns);
        }
    }
}

/// Numbers as valijson 1.0 takes them: its Boost.JSON adapter knows no unsigned integers (those
/// above 2^63 in Boost.JSON) and takes 2.0 for no integer, which `maxLength: 2.0` is.
void normalize_numbers(Value& value) {
    if (value.is_uint64()) {
        value = static_cast<double>(value.get_uint64());
    } else if (const double* number = value.if_double()) {
        if (std::trunc(*number) == *number && std::abs(*number) < 9e15)
            value = static_cast<std::int64_t>(*number);
    } else if (Array* array = value.if_array()) {
        for (Value& item : *array) normalize_numbers(item);
    } else if (Object* object = value.if_object()) {
        for (auto& member : *object) normalize_numbers(member.value());
    }
}

/// Whether nothing in the schema restricts a value.
bool is_trivial(const Value& schema) {
    constexpr std::array<std::string_view, 8> annotations{
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "definitions"};
    if (const Object* object = schema.if_object())
        return std::ranges::all_of(*object, [&](const auto& member) {
            return std::ranges::find(annotations, view(member.key())) != annotations.end();
        });
    return schema.is_null() || (schema.is_bool() && schema.get_bool());
}

Error invalid_schema(const std::vector<Violation>& problems) {
    Array list;
    for (const auto& problem : problems)
        list.push_back(Object{{"pointer", problem.pointer}, {"message", problem.message}});
    const std::string place = readable_path(problems.front().pointer);
    return Error{"invalid_schema",
                 (place.empty() ? "the schema" : "`" + place + "` of the schema") + ' ' +
                     problems.front().message,
                 Object{{"problems", std::move(list)}}};
}

}  // namespace

std::string_view type_name(TypeConstraint::JsonType type) {
    switch (type) {
        case TypeConstraint::kArray:
            return "an array";
        case TypeConstraint::kBoolean:
            return "a boolean";
        case TypeConstraint::kInteger:
            return "an integer";
        case TypeConstraint::kNull:
            return "null";
        case TypeConstraint::kNumber:
            return "a number";
        case TypeConstraint::kObject:
            return "an object";
        case TypeConstraint::kString:
            return "text";
        default:
            return "any value";
    }
}

bool has_type(const Value& value, TypeConstraint::JsonType type) {
    switch (type) {
        case TypeConstraint::kArray:
            return value.is_array();
        case TypeConstraint::kBoolean:
            return value.is_bool();
        case TypeConstraint::kInteger:
            return is_integer(value);
        case TypeConstraint::kNull:
            return value.is_null();
        case TypeConstraint::kNumber:
            return value.is_number();
        case TypeConstraint::kObject:
            return value.is_object();
        case TypeConstraint::kString:
            return value.is_string();
        default:
            return true;
    }
}

bool JsonSchema::Judge::visit(const LinearItemsConstraint& constraint) {
    const Array* items = value_->if_array();
    if (items == nullptr) return true;
    bool fits = true;
    constraint.applyToItemSubschemas([&](unsigned index, const Subschema* schema) {
        if (index < items->size())
            fits = check_item((*items)[index], index, *schema, "items", Step{nullptr, {}, index}) &&
                   fits;
        return fits || violations_ != nullptr;
    });
    const std::size_t described = constraint.getItemSubschemaCount();
    const Subschema* rest = constraint.getAdditionalItemsSubschema();
    if (rest == nullptr && items->size() > described)
        return fail("additionalItems", "must have at most " + amount(described, "item", "items"));
    for (std::size_t at = described; at < items->size() && (fits || violations_ != nullptr); ++at)
        fits = check_item((*items)[at], at, *rest, "additionalItems") && fits;
    return fits;
}

bool JsonSchema::Judge::visit(const UniqueItemsConstraint&) {
    const Array* items = value_->if_array();
    if (items == nullptr || items->size() < 2) return true;
    std::vector<std::pair<std::size_t, std::size_t>> hashes;
    hashes.reserve(items->size());
    for (std::size_t at = 0; at < items->size(); ++at)
        hashes.emplace_back(hash_json((*items)[at]), at);
    std::ranges::sort(hashes);
    for (std::size_t at = 1; at < hashes.size(); ++at) {
        const auto [hash, index] = hashes[at];
        const auto [hash_before, before] = hashes[at - 1];
        if (hash == hash_before && equal_json((*items)[index], (*items)[before]))
            return fail("uniqueItems", "must not repeat an item: " + std::to_string(before) +
                                           " and " + std::to_string(index) + " are equal");
    }
    return true;
}

bool JsonSchema::Judge::fail_at(const Step* place, std::string_view keyword, std::string message) {
    if (violations_ == nullptr || violations_->size() >= schema_limits.schema_violations)
        return false;
    Violation violation{{}, std::move(message), {}};
    if (place != nullptr) place->append_to(violation.pointer);
    (void)schema_here(&violation.schema_pointer);
    if (!keyword.empty()) append_token(violation.schema_pointer, keyword);
    violations_->push_back(std::move(violation));
    return false;
}

const Value* JsonSchema::Judge::schema_at(const Step* step, std::string* pointer) const {
    const Value* schema = &compiled_.document;
    if (step != nullptr) {
        schema = schema_at(step->parent, pointer);
        if (schema != nullptr)
            schema = step->index ? schema->as_array().if_contains(*step->index)
                                 : schema->as_object().if_contains(text_view(step->name));
        if (pointer != nullptr) Step{nullptr, step->name, step->index}.append_to(*pointer);
    }
    for (;;) {
        const Object* object = schema == nullptr ? nullptr : schema->if_object();
        const Value* reference = object == nullptr ? nullptr : object->if_contains("$ref");
        if (reference == nullptr || !reference->is_string()) return schema;
        std::string target;
        schema = resolve_reference(compiled_.document, view(reference->get_string()), target);
        if (pointer != nullptr) *pointer = std::move(target);
    }
}

bool JsonSchema::Judge::visit(const TypeConstraint& constraint) {
    bool fits = false;
    std::string expected;
    constraint.applyToNamedTypes([&](constraints::TypeConstraint::JsonType type) {
        fits = fits || has_type(*value_, type);
        if (violations_ != nullptr)
            expected += (expected.empty() ? "" : " or ") + std::string(type_name(type));
        return !fits;
    });
    if (fits || violations_ == nullptr) return fits;
    const std::string_view actual =
        value_->is_number() && expected.find("an integer") != std::string::npos
            ? "a number with a fraction"
            : type_name(*value_);
    return fail("type", "must be " + expected + ", not " + std::string(actual));
}

bool JsonSchema::Judge::visit(const ContainsConstraint& constraint) {
    const Array* items = value_->if_array();
    if (items == nullptr) return true;
    for (std::size_t at = 0; at < items->size(); ++at)
        if (quietly([&] {
                return check_item((*items)[at], at, *constraint.getSubschema(), "contains");
            }))
            return true;
    return fail("contains", "must contain an item that its schema asks for");
}

bool JsonSchema::Judge::visit(const EnumConstraint&) {
    const Array& allowed = keyword("enum").get_array();
    if (std::ranges::any_of(allowed, [&](const Value& one) { return equal_json(*value_, one); }))
        return true;
    if (violations_ == nullptr) return false;
    std::string list;
    for (const Value& one : allowed) list += (list.empty() ? "" : ", ") + shortened(one);
    return fail("enum", "must be one of " + list);
}

bool JsonSchema::Judge::visit(const MultipleOfIntConstraint& constraint) {
    const std::int64_t divisor = constraint.getDivisor();
    bool fits = true;
    if (const auto* number = value_->if_int64())
        fits = *number % divisor == 0;
    else if (const auto* large = value_->if_uint64())
        fits = *large % static_cast<std::uint64_t>(divisor) == 0;
    else if (const auto* fraction = value_->if_double())
        fits = std::fmod(*fraction, static_cast<double>(divisor)) == 0;
    return fits || fail("multipleOf", "must be a multiple of " + std::to_string(divisor));
}

bool JsonSchema::Judge::visit(const OneOfConstraint& constraint) {
    std::size_t matches = 0;
    constraint.applyToSubschemas([&](unsigned index, const Subschema* schema) {
        matches +=
            quietly([&] { return check_here(*schema, "oneOf", Step{nullptr, {}, index}); }) ? 1 : 0;
        return matches < 2;
    });
    if (matches == 0) return fail_alternatives(constraint, "oneOf");
    return matches == 1 || fail("oneOf", "matches more than one of its alternatives");
}

bool JsonSchema::Judge::visit(const PropertiesConstraint& constraint) {
    const Object* object = value_->if_object();
    if (object == nullptr) return true;
    bool fits = true;
    const Subschema* additional = constraint.getAdditionalPropertiesSubschema();
    const bool open = additional == compiled_.root.emptySubschema();
    std::vector<bool> described(open ? 0 : object->size());
    const auto judge = [&](Object::const_iterator member, const Subschema& schema,
                           std::string_view keyword, std::string_view branch) {
        if (!open) described[static_cast<std::size_t>(member - object->begin())] = true;
        fits = check_member(member->value(), view(member->key()), schema, keyword,
                            Step{nullptr, branch, {}}) &&
               fits;
        return fits || violations_ != nullptr;
    };
    constraint.applyToProperties([&](const auto& name, const Subschema* schema) {
        const auto member = object->find(text_view(view(name)));
        return member == object->end() || judge(member, *schema, "properties", view(name));
    });
    constraint.applyToPatternProperties([&](const auto& name, const Subschema* schema) {
        const SchemaPattern& pattern = compiled_.patterns.at(view(name));
        for (auto member = object->begin(); member != object->end(); ++member)
            if (pattern.matches(view(member->key())) &&
                !judge(member, *schema, "patternProperties", view(name)))
                return false;
        return true;
    });
    for (std::size_t at = 0; !open && at < described.size() && (fits || violations_ != nullptr);
         ++at) {
        if (described[at]) continue;
        const auto& member = *(object->begin() + static_cast<std::ptrdiff_t>(at));
        if (additional != nullptr) {
            fits = check_member(member.value(), view(member.key()), *additional,
                                "additionalProperties") &&
                   fits;
        } else {
            const Step place{value_path_, view(member.key()), {}};
            fits = fail_at(&place, "additionalProperties", "is not a known key here");
        }
    }
    return fits;
}

bool JsonSchema::Judge::visit(const PropertyNamesConstraint& constraint) {
    const Object* object = value_->if_object();
    bool fits = true;
    if (object == nullptr) return true;
    for (const auto& member : *object) {
        const Value name(member.key());
        fits =
            check_member(name, view(member.key()), *constraint.getSubschema(), "propertyNames") &&
            fits;
        if (!fits && violations_ == nullptr) break;
    }
    return fits;
}

bool JsonSchema::Judge::visit(const DependenciesConstraint& constraint) {
    const Object* object = value_->if_object();
    if (object == nullptr) return true;
    bool fits = true;
    constraint.applyToPropertyDependencies([&](const auto& name, const auto& needed) {
        if (!object->contains(text_view(view(name)))) return true;
        for (const auto& other : needed)
            if (!object->contains(text_view(view(other))))
                fits = fail("dependencies", "must have `" + std::string(view(other)) +
                                                "` since it has `" + std::string(view(name)) + "`");
        return fits || violations_ != nullptr;
    });
    constraint.applyToSchemaDependencies([&](const auto& name, const Subschema* schema) {
        if (object->contains(text_view(view(name))))
            fits = check_here(*schema, "dependencies", Step{nullptr, view(name), {}}) && fits;
        return fits || violations_ != nullptr;
    });
    return fits;
}

result<JsonSchema> JsonSchema::compile(const Value& schema) {
    if (schema.is_null()) return JsonSchema{};
    if (const auto problems = schema_problems(schema); !problems.empty())
        return invalid_schema(problems);
    if (is_trivial(schema)) return JsonSchema{};
    return compile_trusted_schema(schema);
}

result<JsonSchema> compile_trusted_schema(const Value& schema) {
    auto compiled = std::make_shared<JsonSchema::Compiled>();
    compiled->document = schema;
    collect_patterns(compiled->document, compiled->patterns);
    Value normalized = schema;
    normalize_numbers(normalized);
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::BoostJsonAdapter(normalized), compiled->root);
    } catch (const std::exception& failure) {
        return invalid_schema({{"", std::string("cannot be compiled: ") + failure.what(), ""}});
    }
    return JsonSchema(std::move(compiled));
}

bool JsonSchema::accepts(const Value& value) const {
    return compiled_ == nullptr || Judge(*compiled_, nullptr).check(compiled_->root, value);
}

std::vector<Violation> JsonSchema::validate(const Value& value) const {
    std::vector<Violation> violations;
    if (!accepts(value)) Judge(*compiled_, &violations).check(compiled_->root, value);
    return violations;
}

}  // namespace sluice::definition
