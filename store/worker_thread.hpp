#pragma once

#include <functional>
#include <thread>

namespace sluice::store {

/// Starts a thread that the system shows as `name` (at most 15 characters) and that takes no
/// signals: they belong to the thread of the loop.
std::thread start_thread(const char* name, std::function<void()> body);

}  // namespace sluice::store
