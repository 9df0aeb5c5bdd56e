#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/nodes/data/path.hpp"
#include "engine/nodes/data/pattern.hpp"

namespace sluice::nodes {

/// Comparisons as data: `{field: total, above: 100}`, all of a list of them, `{any: [...]}`,
/// `{not: {...}}`. Several comparisons of one field must all hold. Values of different kinds are
/// neither above nor below each other, and what is missing equals null only.
class Condition {
  public:
    /// Problems go to `parameters` under `place`.
    [[nodiscard]] static Condition parse(const Value& written, const std::string& place,
                                         DataParameters& parameters);
    /// JSON Schema of what `parse` takes.
    [[nodiscard]] static Value schema();

    [[nodiscard]] bool holds(const Value& item, SearchBudget& budget) const;

  private:
    enum class Joint : std::uint8_t { all, any, none };
    enum class Operator : std::uint8_t {
        equals,
        not_equals,
        above,
        at_least,
        below,
        at_most,
        in,
        not_in,
        contains,
        starts_with,
        ends_with,
        matches,
        exists,
        empty,
    };
    struct Comparison {
        Operator kind;
        Value operand;
        Pattern pattern;
        std::vector<Value> list;  ///< of `in`, sorted: looked up for every item
    };
    struct OperatorName;
    class Reader;

    [[nodiscard]] static bool holds(const Comparison& comparison, const Value* found,
                                    SearchBudget& budget);

    Path field_;
    std::vector<Comparison> comparisons_;  ///< of the field; all must hold
    Joint joint_ = Joint::all;
    std::vector<Condition> parts_;
};

}  // namespace sluice::nodes
