#pragma once

#include "engine/expression/operand.hpp"
#include "engine/model/truthiness.hpp"

namespace sluice::expression {

/// ToBoolean of what an expression calculates with: undefined is false too.
[[nodiscard]] inline bool truthy(Operand operand) {
    switch (operand.kind()) {
        case Kind::undefined:
        case Kind::null:
        case Kind::cut:
            return false;
        case Kind::boolean:
            return operand.as_boolean();
        case Kind::number:
            return operand.as_number() < 0 || operand.as_number() > 0;
        case Kind::string:
            return !operand.as_text().empty();
        case Kind::exact:
        case Kind::array:
        case Kind::object:
        case Kind::list:
        case Kind::record:
        case Kind::date:
        case Kind::regex:
        case Kind::function:
            break;
    }
    return true;
}

/// The same for a value of the model.
using sluice::truthy;

}  // namespace sluice::expression
