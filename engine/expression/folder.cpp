#include "engine/expression/folder.hpp"

#include <algorithm>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/evaluation.hpp"

namespace sluice::expression {

namespace {

constexpr Budget fold_budget{1'000, 64u << 10, 1u << 10, 1'000};
constexpr std::size_t longest_folded = 1'000;  // bytes of a text

/// A scope in which nothing is.
class NoScope final : public Scope {
  public:
    [[nodiscard]] const Value* root(Root) const override { return nullptr; }
    [[nodiscard]] const Value* node(std::uint32_t) const override { return nullptr; }
    [[nodiscard]] WallTime now() const override { return {}; }
};

class Folder {
  public:
    explicit Folder(Program& program) : program_(program) {}

    /// Whether the node and all below it are constant; those that are become one. Literals are
    /// left alone.
    bool fold(std::uint32_t index) {
        Node& node = program_.nodes[index];
        switch (node.operation) {
            case Operation::constant:
                return true;
            case Operation::root:
            case Operation::node_output:
            case Operation::local:
            case Operation::regex:
            case Operation::function_reference:
                return false;
            case Operation::negate:
            case Operation::plus:
            case Operation::logical_not:
            case Operation::bit_not:
            case Operation::type_of:
            case Operation::member:
                return fold(node.first) && replace(node, index);
            case Operation::secret:
            case Operation::chain:
            case Operation::spread:
                fold(node.first);
                return false;
            case Operation::conditional:
                return fold_conditional(node, index);
            case Operation::text:
                return fold_children(node) && replace(node, index);
            case Operation::array:
            case Operation::object:
                fold_children(node);
                return false;
            case Operation::property:
                fold(node.second);
                return false;
            case Operation::computed_property:
                fold(node.first);
                fold(node.second);
                return false;
            case Operation::method_call: {
                const bool receiver = fold(node.first);
                return fold_children(node) && receiver && replace(node, index);
            }
            case Operation::function_call: {
                const bool steady = (functions()[node.id].traits & unsteady) == 0;
                return fold_children(node) && steady && replace(node, index);
            }
            case Operation::arrow:
                fold_children(node);
                fold(node.first);
                return false;
            case Operation::bind_default:
                fold(node.second);
                return false;
            case Operation::path:
            case Operation::method:
            case Operation::name:
            case Operation::call:
            case Operation::construct:
            case Operation::bind_name:
            case Operation::bind_array:
            case Operation::bind_object:
            case Operation::bind_property:
            case Operation::bind_rest:
            case Operation::bind_nothing:
                return false;
            default:
                break;
        }
        const bool left = fold(node.first);
        return fold(node.second) && left && replace(node, index);
    }

  private:
    bool fold_children(const Node& node) {
        bool constant = true;
        for (std::uint32_t i = 0; i < node.third; ++i)
            constant = fold(program_.children[node.second + i]) && constant;
        return constant;
    }

    bool fold_conditional(Node& node, std::uint32_t index) {
        const bool test = fold(node.first);
        const bool yes = fold(node.second);
        return fold(node.third) && yes && test && replace(node, index);
    }

    bool replace(Node& node, std::uint32_t index) {
        Evaluation evaluation(scope_, fold_budget);
        const Operand result = evaluation.run_constant(program_, index);
        if (evaluation.failed()) return false;
        switch (result.kind()) {
            case Kind::undefined:
            case Kind::null:
            case Kind::boolean:
            case Kind::number:
                break;
            case Kind::string:
                if (result.as_text().size() > longest_folded) return false;
                node.first = program_.add_text(std::string(result.as_text()));
                node.operation = Operation::constant;
                return true;
            default:
                return false;
        }
        node.first = program_.add_constant(result);
        node.operation = Operation::constant;
        return true;
    }

    Program& program_;
    NoScope scope_;
};

}  // namespace

void fold_constants(Program& program) {
    Folder(program).fold(program.start);
}

}  // namespace sluice::expression
