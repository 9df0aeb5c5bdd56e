#include "engine/triggers/refusals.hpp"

#include <utility>

namespace sluice {
namespace {

/// Cuts between characters of UTF-8.
void cut(std::string& text, std::size_t most) {
    if (text.size() <= most) return;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    text.resize(most);
    text += "...";
}

}  // namespace

void Refusals::note(std::int64_t flow, Refusal refusal) {
    cut(refusal.message, most_bytes);
    auto& record = flows_[flow];
    ++record.total;
    if (record.newest.size() == most_kept) record.newest.pop_front();
    record.newest.push_back(std::move(refusal));
}

const Refusals::Record* Refusals::of(std::int64_t flow) const {
    const auto found = flows_.find(flow);
    return found == flows_.end() ? nullptr : &found->second;
}

}  // namespace sluice
