#pragma once

#include <string>
#include <string_view>

#include "engine/nodes/http_client.hpp"
#include "engine/testing/test_case.hpp"

namespace sluice::testing {

/// Whether `text` is what `pattern` says, in which `*` stands for any text.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text);

/// Whether this is a call that the pattern means: method and header names without regard to case.
[[nodiscard]] bool fits(const CallPattern& pattern, const HttpRequest& request);

/// `GET http://crm/customers/*`.
[[nodiscard]] std::string describe(const CallPattern& pattern);

/// The body as a value: what its JSON says, else a text; null when there is none.
[[nodiscard]] Value body_of(const HttpRequest& request);

}  // namespace sluice::testing
