#include "engine/nodes/built_in.hpp"
#include "engine/nodes/code_run.hpp"

namespace sluice::nodes {

NodeType code_python() {
    return code_node(
        CodeLanguage::python,
        "Runs Python: the body of a function that sees input, nodes, trigger and the other names "
        "of "
        "expressions as dicts and lists, and may call print, sleep(seconds) and http({...}). What "
        "it returns is the output. Off unless the server runs with --enable-python; in a process "
        "of "
        "its own, without files and network; see docs/code.md.");
}

}  // namespace sluice::nodes
