#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/expression/expression.hpp"
#include "engine/expression/template_string.hpp"
#include "engine/model/value.hpp"

namespace sluice::expression {

/// The compiled form of a template: the shape of the value as parts in a vector that name each
/// other by position. What has no expression inside is one constant, however large.
struct TemplateProgram {
    enum class Shape : std::uint8_t { constant, string, array, object };

    struct Part {
        Shape shape;
        std::uint32_t first;  ///< constant or string; else the beginning in `children`
        std::uint32_t count;  ///< of children
    };

    struct Child {
        std::string key;  ///< of an object
        std::uint32_t part;
    };

    std::vector<Part> parts;
    std::vector<Child> children;
    std::vector<Value> constants;
    std::vector<TemplateString> strings;
    std::uint32_t start = 0;
    References references;
    std::vector<NodeUse> node_uses;
    std::vector<SecretUse> secret_uses;
};

/// Fills `program`; returns every problem.
std::vector<Problem> compile_template(const Value& source, const Names& names, const Limits& limits,
                                      TemplateProgram& program);

}  // namespace sluice::expression
