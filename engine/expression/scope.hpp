#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/value.hpp"

namespace sluice::expression {

class TimeZone;

/// The names an expression may begin with, `nodes` apart.
enum class Root : std::uint8_t { input, vars, trigger, env, execution, flow, item, index, error };

/// What an expression sees while it is evaluated. Values are borrowed: they live at least as long
/// as the evaluation, and nothing is copied but what an expression puts into its result.
class Scope {
  public:
    virtual ~Scope() = default;
    /// nullptr is `undefined`.
    [[nodiscard]] virtual const Value* root(Root root) const = 0;
    /// The output of the node with this index (`nodes.ID`, resolved when compiled); nullptr before
    /// it has one.
    [[nodiscard]] virtual const Value* node(std::uint32_t index) const = 0;
    /// The value of `secrets.NAME`; nullptr when there is none, which fails the evaluation.
    [[nodiscard]] virtual const Value* secret(std::string_view) const { return nullptr; }
    /// What `Date.now()` answers.
    [[nodiscard]] virtual WallTime now() const = 0;
    /// What dates answer local time in; nullptr is UTC. Lives at least as long as the evaluation.
    [[nodiscard]] virtual const TimeZone* time_zone() const { return nullptr; }
};

/// The names known when an expression is compiled.
struct Names {
    std::span<const std::string>
        nodes;  ///< node ids; the position is the index given to `Scope::node`
};

/// One place where an expression reads the output of a node: `nodes.fetch.body.total`.
struct NodeUse {
    std::uint32_t node = 0;
    std::vector<std::string> keys;  ///< the names behind it, as far as they are constant
    std::size_t offset = 0;         ///< bytes in the text, of a template: in its string
    std::string path;               ///< templates: JSON Pointer of the string inside the template
};

/// One place where an expression reads a secret: `secrets.NAME`.
struct SecretUse {
    std::string name;        ///< empty: it is computed, and may be any
    std::size_t offset = 0;  ///< as in `NodeUse`
    std::string path;
};

/// Which parts of the scope an expression reads.
struct References {
    std::vector<Root> roots;           ///< each once, ascending
    std::vector<std::uint32_t> nodes;  ///< node indexes, each once, ascending
};

}  // namespace sluice::expression
