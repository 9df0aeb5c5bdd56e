#include "engine/definition/language_schema.hpp"

namespace sluice {
extern const std::string_view flow_language_schema_text;  // generated from docs/flow.schema.json
}

namespace sluice::definition {

std::string_view language_schema() {
    return flow_language_schema_text;
}

}  // namespace sluice::definition
