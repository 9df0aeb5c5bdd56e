#include "engine/nodes/built_in.hpp"
#include "engine/nodes/code_run.hpp"

namespace sluice::nodes {

NodeType code_javascript() {
    return code_node(
        CodeLanguage::javascript,
        "Runs JavaScript: the body of an async function that sees input, nodes, trigger and the "
        "other names of expressions, and may call console, sleep(ms) and http({...}). What it "
        "returns is the output. Runs in a process of its own, without files and network; see "
        "docs/code.md.");
}

}  // namespace sluice::nodes
