#include "http/api/find_flow.hpp"

#include <string>

namespace sluice::http {

result<std::shared_ptr<const Flow>> find_flow(const FlowCatalogue& flows, std::string_view id) {
    std::shared_ptr<const Flow> flow;
    if (const auto uuid = Uuid::parse(id)) {
        flow = flows.find(*uuid);
    } else {
        const auto colon = id.find(':');
        flow = colon == std::string_view::npos
                   ? flows.find_by_name("default", id)
                   : flows.find_by_name(id.substr(0, colon), id.substr(colon + 1));
    }
    if (flow == nullptr)
        return Error{"flow_not_found",
                     "there is no flow '" + std::string(id) +
                         "'; name it by id, by name, or as namespace:name",
                     {}};
    return flow;
}

}  // namespace sluice::http
