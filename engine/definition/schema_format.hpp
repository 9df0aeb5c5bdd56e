#pragma once

#include <string_view>

namespace sluice::definition {

/// Whether `text` has a JSON Schema `format` (draft 7 validation §7.3). Checked are `date-time`,
/// `date`, `time` (RFC 3339), `email` (RFC 5321 addr-spec, without quoted local parts), `hostname`
/// (RFC 1123), `ipv4`, `ipv6`, `uri` and `uri-reference` (RFC 3986), `uuid` (RFC 9562); other names
/// only describe and always fit.
[[nodiscard]] bool has_format(std::string_view format, std::string_view text);

}  // namespace sluice::definition
