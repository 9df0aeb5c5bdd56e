#include "engine/run/retention.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice {
namespace {

using namespace std::chrono_literals;

// Start keys and early signals expire by themselves: a pass follows work within this time.
constexpr Milliseconds after_work = 1h;
constexpr Milliseconds after_surplus = 1s;
constexpr Milliseconds after_failure = 30s;
// A quota is looked at after so many ended executions.
constexpr std::uint64_t quota_stride = 100;

/// How long what has come of age waits for others.
Milliseconds patience_for(Milliseconds age) {
    return std::clamp<Milliseconds>(age / 100, 1s, 1h);
}

}  // namespace

void Retention::consider(WallTime at) {
    due_ = due_ ? std::min(*due_, at) : at;
}

RetentionRule Retention::completed(const RetentionRule& own) const {
    return {own.age ? own.age : settings_.rule.age, own.count ? own.count : settings_.rule.count};
}

void Retention::ended(WallTime now, std::int64_t flow, const RetentionRule& own) {
    const auto rule = completed(own);
    consider(now + after_work);
    if (rule.age) consider(now + *rule.age + patience_for(*rule.age));
    // A tenth over the count is let pass, so that a pass has something to do.
    if (rule.count && ++ended_of_[flow] > *rule.count / 10) consider(now + after_surplus);
    if (settings_.max_bytes > 0 && ++ended_ >= quota_stride) consider(now + after_surplus);
}

void Retention::store_full(WallTime now) {
    // Every try of the disk fails anew while nothing may go.
    consider(last_pass_ ? std::max(now, *last_pass_ + after_surplus) : now);
}

PruneRequest Retention::begin_pass(WallTime now, std::map<std::int64_t, RetentionRule> flows) {
    due_.reset();
    last_pass_ = now;
    ended_of_.clear();
    ended_ = 0;
    PruneRequest request;
    request.now = now;
    request.rule = settings_.rule;
    request.max_bytes = settings_.max_bytes;
    request.flows = std::move(flows);
    patience_ = patience_for(request.rule.age.value_or(Milliseconds::max()));
    for (auto& [flow, rule] : request.flows) {
        rule = completed(rule);
        if (rule.age) patience_ = std::min(patience_, patience_for(*rule.age));
    }
    return request;
}

void Retention::step_done(const PruneReport& report) {
    if (report.due) consider(*report.due + patience_);
}

void Retention::pass_failed(WallTime now) {
    consider(now + after_failure);
}

}  // namespace sluice
