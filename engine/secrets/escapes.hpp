#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// Which bytes of the escaped text a byte came from.
struct Origin {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Undoes one layer of escapes, whatever mix there is: percent-encoding (`%2F`), those of JSON and
/// JavaScript (`\"`, `\n`, `\u002f`, `\x2f`), HTML's (`&quot;`, `&#39;`), and line breaks, which
/// wrap base64. False when there is nothing to undo; `plain` and `origins` are not filled then.
/// `origins`, when given, gets one entry for each byte of `plain`.
bool unescape(std::string_view text, std::string& plain, std::vector<Origin>* origins = nullptr);

}  // namespace sluice
