#pragma once

#include <string>
#include <string_view>

namespace sluice::definition {

/// `[a-z0-9][a-z0-9._-]*`: names of flows and namespaces.
[[nodiscard]] bool is_flow_name(std::string_view text);
/// `[A-Za-z_][A-Za-z0-9_-]*`: ids of nodes and triggers.
[[nodiscard]] bool is_node_id(std::string_view text);
/// `[A-Za-z0-9][A-Za-z0-9._~-]*`: keys of webhooks, one segment of a URL.
[[nodiscard]] bool is_webhook_key(std::string_view text);

/// `text` with its upper-case letters lowered and everything else that no flow name may have as
/// `-`; empty when nothing is left of it.
[[nodiscard]] std::string as_flow_name(std::string_view text);
/// `text` with everything that no id may have as `_`; empty when nothing is left of it.
[[nodiscard]] std::string as_node_id(std::string_view text);

}  // namespace sluice::definition
