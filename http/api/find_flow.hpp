#pragma once

#include <memory>
#include <string_view>

#include "engine/flow_catalogue.hpp"

namespace sluice::http {

/// The flow that `{id}` in a path means: its id, `name` (in the namespace `default`) or
/// `namespace:name`. Error `flow_not_found`.
[[nodiscard]] result<std::shared_ptr<const Flow>> find_flow(const FlowCatalogue& flows,
                                                            std::string_view id);

}  // namespace sluice::http
