#include "engine/definition/schema_check.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <boost/json/parse.hpp>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/schema_pattern.hpp"

namespace sluice {
extern const std::string_view json_schema_draft7_text;  // generated from draft7.schema.json
}

namespace sluice::definition {

namespace {

constexpr std::size_t schema_depth = 64;
// Compiling recurses through references: this bounds its stack.
constexpr std::size_t schema_levels = 1'000;

/// How a keyword holds subschemas, and whether they judge the same value as the schema around them.
struct Applicator {
    std::string_view keyword;
    bool in_place;
};

constexpr std::array<Applicator, 16> applicators{{{"additionalItems", false},
                                                  {"items", false},
                                                  {"contains", false},
                                                  {"additionalProperties", false},
                                                  {"propertyNames", false},
                                                  {"properties", false},
                                                  {"patternProperties", false},
                                                  {"definitions", false},
                                                  {"dependencies", true},
                                                  {"allOf", true},
                                                  {"anyOf", true},
                                                  {"oneOf", true},
                                                  {"not", true},
                                                  {"if", true},
                                                  {"then", true},
                                                  {"else", true}}};

constexpr std::array<std::string_view, 4> maps_of_schemas{"properties", "patternProperties",
                                                          "definitions", "dependencies"};

// They would be ignored without a word, and data accepted that its author meant to refuse.
constexpr std::array<std::string_view, 7> later_keywords{
    "prefixItems",       "unevaluatedItems", "unevaluatedProperties",
    "dependentRequired", "dependentSchemas", "minContains",
    "maxContains"};

bool contains(const auto& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}
boost::json::string_view text_view(std::string_view text) {
    return {text.data(), text.size()};
}

const JsonSchema& meta_schema() {
    static const JsonSchema schema =
        compile_trusted_schema(boost::json::parse(text_view(json_schema_draft7_text))).value();
    return schema;
}

std::string percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 &&
            digit(text[at + 2]) >= 0) {
            out += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

/// JSON levels of a value.
std::size_t height(const Value& value) {
    std::size_t highest = 0;
    if (const Array* array = value.if_array()) {
        for (const Value& item : *array) highest = std::max(highest, height(item));
    } else if (const Object* object = value.if_object()) {
        for (const auto& member : *object) highest = std::max(highest, height(member.value()));
    }
    return highest + 1;
}

/// Calls `visit(subschema, pointer, keyword, in_place)` for each schema directly within `schema`.
void for_each_subschema(const Object& schema, const std::string& pointer, const auto& visit) {
    for (const auto& applicator : applicators) {
        const Value* held = schema.if_contains(text_view(applicator.keyword));
        if (held == nullptr) continue;
        const std::string place = child_pointer(pointer, applicator.keyword);
        if (const Array* schemas = held->if_array()) {
            for (std::size_t at = 0; at < schemas->size(); ++at)
                visit((*schemas)[at], child_pointer(place, at), applicator);
        } else if (contains(maps_of_schemas, applicator.keyword)) {
            for (const auto& member : held->get_object())
                visit(member.value(), child_pointer(place, view(member.key())), applicator);
        } else {
            visit(*held, place, applicator);
        }
    }
}

/// Looks at every schema within a document, each once, references included.
class SchemaWalk {
  public:
    explicit SchemaWalk(const Value& root) : root_(root) { add(root, ""); }

    std::vector<Violation> run() {
        for (std::size_t at = 0; at < schemas_.size(); ++at) {
            const auto [schema, pointer] = schemas_[at];
            check(schema->get_object(), pointer);
        }
        if (levels_ > schema_levels)
            problem("", "has more than " + std::to_string(schema_levels) +
                            " levels over all the schemas that it refers to");
        if (problems_.empty())
            for (const auto& [schema, pointer] : schemas_) seek_circle(*schema, pointer);
        return std::move(problems_);
    }

  private:
    void problem(std::string pointer, std::string message) {
        problems_.push_back({std::move(pointer), std::move(message), ""});
    }

    void add(const Value& schema, std::string pointer) {
        if (schema.is_object() && seen_.insert(&schema).second)
            schemas_.emplace_back(&schema, std::move(pointer));
    }

    void check(const Object& schema, const std::string& pointer) {
        if (const Value* reference = schema.if_contains("$ref"))
            return check_reference(view(reference->get_string()), child_pointer(pointer, "$ref"));
        for (const auto& member : schema) {
            if (contains(later_keywords, view(member.key())))
                problem(
                    child_pointer(pointer, view(member.key())),
                    "is a keyword of a later JSON Schema than draft 7, which is the one supported");
        }
        if (const Value* pattern = schema.if_contains("pattern"))
            check_pattern(view(pattern->get_string()), child_pointer(pointer, "pattern"));
        if (const Value* patterns = schema.if_contains("patternProperties"))
            for (const auto& member : patterns->get_object())
                check_pattern(
                    view(member.key()),
                    child_pointer(child_pointer(pointer, "patternProperties"), view(member.key())));
        const Value* dialect = schema.if_contains("$schema");
        if (dialect != nullptr &&
            view(dialect->get_string()).find("/draft-0") == std::string_view::npos)
            problem(child_pointer(pointer, "$schema"),
                    "must be draft 7 (http://json-schema.org/draft-07/schema#)");
        for_each_subschema(schema, pointer,
                           [this](const Value& subschema, std::string place, const Applicator&) {
                               add(subschema, std::move(place));
                           });
    }

    void check_reference(std::string_view reference, const std::string& pointer) {
        if (!reference.starts_with('#'))
            return problem(
                pointer,
                "refers to `" + std::string(reference) +
                    "`: only references within the schema (#/definitions/...) are supported");
        std::string target_pointer;
        const Value* target = resolve_reference(root_, reference, target_pointer);
        if (target == nullptr || !(target->is_object() || target->is_bool()))
            return problem(pointer,
                           "refers to `" + std::string(reference) + "`, which is no schema here");
        if (!targets_.insert(target).second) return;
        levels_ += height(*target);
        // It may lie where the meta-schema sees data only.
        for (const auto& violation : meta_schema().validate(*target))
            problem(target_pointer + violation.pointer, violation.message);
        if (problems_.empty()) add(*target, std::move(target_pointer));
    }

    void check_pattern(std::string_view pattern, const std::string& pointer) {
        if (const auto compiled = SchemaPattern::compile(pattern); !compiled)
            problem(pointer, compiled.error().message);
    }

    /// A schema that comes round to itself without descending into the value would be judged for
    /// ever.
    void seek_circle(const Value& schema, const std::string& pointer) {
        const Object* object = schema.if_object();
        if (object == nullptr) return;
        const auto [place, first] = visits_.emplace(&schema, Visit::active);
        if (!first) {
            if (place->second == Visit::active)
                problem(pointer, "refers to itself without descending into the value");
            return;
        }
        if (const Value* reference = object->if_contains("$ref")) {
            std::string target_pointer;
            if (const Value* target =
                    resolve_reference(root_, view(reference->get_string()), target_pointer))
                seek_circle(*target, target_pointer);
        } else {
            for_each_subschema(*object, pointer,
                               [this](const Value& subschema, const std::string& at,
                                      const Applicator& applicator) {
                                   if (applicator.in_place) seek_circle(subschema, at);
                               });
        }
        visits_[&schema] = Visit::done;
    }

    enum class Visit : unsigned char { active, done };

    const Value& root_;
    std::vector<std::pair<const Value*, std::string>> schemas_;
    std::unordered_set<const Value*> seen_;
    std::unordered_set<const Value*> targets_;
    std::unordered_map<const Value*, Visit> visits_;
    std::size_t levels_ = 0;
    std::vector<Violation> problems_;
};

/// Depth and U+0000 (which valijson would cut texts at) of a whole document.
void check_values(const Value& value, const std::string& pointer, std::size_t depth,
                  std::vector<Violation>& problems) {
    const auto has_nul = [](std::string_view text) {
        return text.find('\0') != std::string_view::npos;
    };
    if (depth > schema_depth) {
        problems.push_back({pointer, "is nested more than 64 levels deep", ""});
    } else if (const auto* text = value.if_string()) {
        if (has_nul({text->data(), text->size()}))
            problems.push_back({pointer, "contains U+0000", ""});
    } else if (const Array* array = value.if_array()) {
        for (std::size_t at = 0; at < array->size(); ++at)
            check_values((*array)[at], child_pointer(pointer, at), depth + 1, problems);
    } else if (const Object* object = value.if_object()) {
        for (const auto& member : *object) {
            const std::string place = child_pointer(pointer, view(member.key()));
            if (has_nul(view(member.key()))) problems.push_back({place, "contains U+0000", ""});
            check_values(member.value(), place, depth + 1, problems);
        }
    }
}

}  // namespace

const Value* resolve_reference(const Value& root, std::string_view reference,
                               std::string& pointer) {
    if (!reference.starts_with('#')) return nullptr;
    pointer = percent_decoded(reference.substr(1));
    // valijson takes a trailing slash as nothing.
    while (pointer.ends_with('/')) pointer.pop_back();
    return find_pointer(root, pointer);
}

std::vector<Violation> schema_problems(const Value& schema) {
    std::vector<Violation> problems;
    check_values(schema, "", 1, problems);
    if (!problems.empty()) return problems;
    problems = meta_schema().validate(schema);
    if (!problems.empty()) return problems;
    return SchemaWalk(schema).run();
}

}  // namespace sluice::definition
