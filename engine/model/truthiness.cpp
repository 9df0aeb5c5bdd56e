#include "engine/model/truthiness.hpp"

#include <cmath>

namespace sluice {

bool truthy(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return false;
        case boost::json::kind::bool_:
            return value.get_bool();
        case boost::json::kind::int64:
            return value.get_int64() != 0;
        case boost::json::kind::uint64:
            return value.get_uint64() != 0;
        case boost::json::kind::double_:
            return value.get_double() != 0 && !std::isnan(value.get_double());
        case boost::json::kind::string:
            return !value.get_string().empty();
        case boost::json::kind::array:
        case boost::json::kind::object:
            return true;
    }
    return false;
}

}  // namespace sluice
