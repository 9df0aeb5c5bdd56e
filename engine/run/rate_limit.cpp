#include "engine/run/rate_limit.hpp"

#include <algorithm>

namespace sluice {

std::optional<std::chrono::milliseconds> RateLimit::refuse(const RateRule& rule, SteadyTime now) {
    const auto per = std::chrono::duration_cast<SteadyTime::duration>(rule.per);
    const auto one = per / rule.count;
    const SteadyTime after = std::max(empty_, now) + one;
    if (after - now > per)
        return std::max(std::chrono::ceil<std::chrono::milliseconds>(after - now - per),
                        std::chrono::milliseconds(1));
    empty_ = after;
    return std::nullopt;
}

}  // namespace sluice
