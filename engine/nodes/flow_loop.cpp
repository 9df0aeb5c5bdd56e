#include "engine/nodes/built_in.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

namespace {

/// `flow.while` and `flow.until`: what they have in common.
NodeType loop(Composite composite) {
    NodeType type;
    type.category = "flow";
    type.input_schema = object_schema(
        {{"condition", "",
          "Usually an expression; anything counts as JavaScript counts it. It sees the nodes of "
          "the "
          "iteration before; `item` is the result of that, and `index` how often the loop has run.",
          true, Object{{"examples", Array{"${nodes.poll.body.ready}"}}}},
         {"max_iterations", "",
          "With one more the node fails with `max_iterations_reached`; default 10000.", false,
          Object{{"examples", Array{100}}}},
         {"initial", "", "What `item` is in the first iteration.", false, {}}});
    type.output_schema =
        object_schema({{"result", "", "What the last iteration put out.", true, {}},
                       {"iterations", "integer", "How often the nodes have run.", true, {}}});
    type.kind = NodeKind::composite;
    type.composite = composite;
    return type;
}

}  // namespace

NodeType flow_while() {
    NodeType type = loop(Composite::loop_while);
    type.id = "flow.while";
    type.description =
        "Runs its `nodes` again and again while the condition holds, which is asked before each "
        "time. In them `item` is the result of the iteration before, and `index` counts from 0.";
    return type;
}

NodeType flow_until() {
    NodeType type = loop(Composite::loop_until);
    type.id = "flow.until";
    type.description =
        "Runs its `nodes` again and again until the condition holds, which is asked after each "
        "time. In them `item` is the result of the iteration before, and `index` counts from 0.";
    return type;
}

}  // namespace sluice::nodes
