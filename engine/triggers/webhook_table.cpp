#include "engine/triggers/webhook_table.hpp"

namespace sluice {

const WebhookTable::Entry* WebhookTable::find(std::string_view key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
}

result<void> WebhookTable::check(std::int64_t flow,
                                 const std::vector<WebhookTrigger>& webhooks) const {
    for (const auto& webhook : webhooks) {
        const Entry* const taken = find(webhook.key);
        if (taken == nullptr || taken->flow == flow) continue;
        const auto& owner = taken->program->definition();
        return Error{
            "webhook_key_taken",
            "the webhook key '" + webhook.key + "' belongs to the flow '" + owner.name +
                "' in namespace '" + owner.flow_namespace + "'; choose another key for trigger '" +
                webhook.id + "'",
            Object{
                {"key", webhook.key}, {"flow", owner.name}, {"namespace", owner.flow_namespace}}};
    }
    return {};
}

void WebhookTable::replace(std::int64_t flow, const std::shared_ptr<const Program>& program) {
    remove(flow);
    for (const auto& webhook : program->definition().webhooks)
        entries_[webhook.key] = Entry{flow, program, webhook.respond, webhook.id};
}

void WebhookTable::remove(std::int64_t flow) {
    std::erase_if(entries_, [flow](const auto& entry) { return entry.second.flow == flow; });
}

}  // namespace sluice
