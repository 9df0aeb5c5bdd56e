#include "engine/nodes/data/keys.hpp"

#include <map>

namespace sluice::nodes {

KeyedItems::KeyedItems(const Array& items, const std::vector<Path>& by) : width_(by.size()) {
    static const Value nothing;
    keys_.reserve(items.size() * width_);
    for (const auto& item : items)
        for (const auto& path : by) {
            const Value* const found = path.find(item);
            keys_.push_back(found == nullptr ? &nothing : found);
        }
}

std::vector<std::vector<std::size_t>> KeyedItems::groups() const {
    std::vector<std::vector<std::size_t>> groups;
    std::map<std::size_t, std::size_t, Less> known(less());
    const std::size_t count = width_ == 0 ? 0 : keys_.size() / width_;
    for (std::size_t item = 0; item < count; ++item) {
        const auto [found, is_new] = known.try_emplace(item, groups.size());
        if (is_new) groups.emplace_back();
        groups[found->second].push_back(item);
    }
    return groups;
}

Value group_key(const Value* const* keys, const std::vector<Path>& by) {
    if (by.size() == 1) return *keys[0];
    Object key;
    for (std::size_t at = 0; at < by.size(); ++at) key[by[at].text()] = *keys[at];
    return key;
}

}  // namespace sluice::nodes
