#include "engine/run/retry_policy.hpp"

#include <algorithm>
#include <cmath>

#include "engine/model/retry_pattern.hpp"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds longest_retry_after{std::chrono::hours(24)};

std::optional<std::int64_t> number_in(const Value& details, std::string_view name) {
    const auto* const object = details.if_object();
    const Value* const member = object == nullptr ? nullptr : object->if_contains(name);
    if (member == nullptr || !member->is_number()) return std::nullopt;
    return member->to_number<std::int64_t>();
}

bool matches(std::string_view pattern, const NodeError& error) {
    const auto status =
        error.code == "http_status" ? number_in(error.details, "status") : std::nullopt;
    return matches_retry_pattern(pattern, error.code, status);
}

bool is_wanted(const std::vector<std::string>& patterns, const NodeError& error) {
    bool any_positive = false;
    bool matched = false;
    for (const std::string_view pattern : patterns) {
        if (const auto excluded = excluded_retry_pattern(pattern); !excluded.empty()) {
            if (matches(excluded, error)) return false;
            continue;
        }
        any_positive = true;
        matched = matched || matches(pattern, error);
    }
    return any_positive ? matched : error.retryable;
}

}  // namespace

std::optional<std::chrono::milliseconds> next_attempt(const RetryPolicy& policy,
                                                      const NodeError& error,
                                                      std::uint32_t failed_attempts,
                                                      Random& random) {
    if (!is_wanted(policy.on, error) || failed_attempts >= policy.attempts) return std::nullopt;
    std::chrono::milliseconds wait{0};
    if (policy.delay.count() > 0) {  // 0 times infinity is no number
        const double base = static_cast<double>(policy.delay.count()) *
                            std::pow(policy.backoff, failed_attempts - 1);
        double delay = std::min(base, static_cast<double>(policy.max_delay.count()));
        if (policy.jitter > 0) {
            const double unit = static_cast<double>(random.next() >> 11) * 0x1p-53;  // [0, 1)
            delay *= 1 + policy.jitter * (2 * unit - 1);
        }
        wait = std::chrono::milliseconds(static_cast<std::int64_t>(std::max(delay, 0.0)));
    }
    if (const auto told = number_in(error.details, "retry_after_ms"); told && *told > 0)
        wait = std::max(wait, std::min(std::chrono::milliseconds(*told), longest_retry_after));
    return wait;
}

}  // namespace sluice
