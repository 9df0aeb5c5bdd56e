#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace sluice {

/// A JSON value: what flows take, nodes put out and events carry. Boost.JSON keeps integers apart
/// from floating-point numbers; both are "number" to expressions and schemas.
using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

}  // namespace sluice
