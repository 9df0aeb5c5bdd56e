#include "engine/run/signals.hpp"

#include <algorithm>

#include "engine/model/member.hpp"

namespace sluice {

std::string signal_key(const Value& details) {
    return text_member(details, "key");
}

void Signals::wait(const std::string& name, const std::string& key, Waiter waiter) {
    waiters_[{name, key}].push_back(waiter);
}

void Signals::forget(const std::string& name, const std::string& key, const Waiter& waiter) {
    const auto found = waiters_.find({name, key});
    if (found == waiters_.end()) return;
    std::erase_if(found->second, [&](const Waiter& other) {
        return other.execution == waiter.execution && other.run == waiter.run;
    });
    if (found->second.empty()) waiters_.erase(found);
}

std::optional<Signals::Waiter> Signals::waiter(const std::string& name,
                                               const std::string& key) const {
    const auto found = waiters_.find({name, key});
    if (found == waiters_.end()) return std::nullopt;
    return found->second.front();
}

void Signals::keep(KeptSignal signal) {
    Address address{signal.name, signal.key};
    kept_[std::move(address)].push_back(std::move(signal));
    ++kept_count_;
}

std::optional<KeptSignal> Signals::take(const std::string& name, const std::string& key,
                                        WallTime now) {
    const auto found = kept_.find({name, key});
    if (found == kept_.end()) return std::nullopt;
    std::optional<KeptSignal> taken;
    while (!taken && !found->second.empty()) {
        if (found->second.front().until > now) taken = std::move(found->second.front());
        found->second.pop_front();
        --kept_count_;
    }
    if (found->second.empty()) kept_.erase(found);
    return taken;
}

void Signals::drop_expired(WallTime now) {
    for (auto entry = kept_.begin(); entry != kept_.end();) {
        kept_count_ -= std::erase_if(
            entry->second, [now](const KeptSignal& signal) { return signal.until <= now; });
        entry = entry->second.empty() ? kept_.erase(entry) : std::next(entry);
    }
}

}  // namespace sluice
