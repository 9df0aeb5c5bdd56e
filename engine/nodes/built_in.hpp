#pragma once

#include "engine/nodes/node_type.hpp"

namespace sluice::nodes {

/// The built-in node types, one file each; what they do stands in their manifests.
NodeType code_javascript();
NodeType code_python();
NodeType core_set();
NodeType core_log();
NodeType core_fail();
NodeType flow_if();
NodeType flow_switch();
NodeType flow_delay();
NodeType flow_approval();
NodeType flow_wait();
NodeType flow_each();
NodeType flow_while();
NodeType flow_until();
NodeType flow_parallel();
NodeType flow_try();
NodeType flow_return();
NodeType vars_set();
NodeType http_request();
NodeType http_respond();
NodeType kv_compare_and_set();
NodeType kv_delete();
NodeType kv_get();
NodeType kv_increment();
NodeType kv_set();
NodeType shell_exec();

}  // namespace sluice::nodes
