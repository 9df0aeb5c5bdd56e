// Precompiled header of the HTTP layer: Beast is 20 seconds of compilation without it.
#pragma once

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "engine/pch/engine.hpp"
