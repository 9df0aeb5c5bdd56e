#pragma once

#include <cstddef>
#include <vector>

#include "engine/nodes/data/path.hpp"
#include "engine/nodes/data/value_order.hpp"

namespace sluice::nodes {

/// Items of a list with what stands at some paths of each: their keys. What is missing counts as
/// null. Borrows the items.
class KeyedItems {
  public:
    KeyedItems(const Array& items, const std::vector<Path>& by);

    /// The keys of an item, as many as there are paths.
    [[nodiscard]] const Value* const* keys_of(std::size_t item) const {
        return keys_.data() + item * width_;
    }

    /// Orders items, named by their places, by their keys.
    class Less {
      public:
        explicit Less(const KeyedItems& items) : items_(&items) {}
        bool operator()(std::size_t left, std::size_t right) const {
            for (std::size_t at = 0; at < items_->width_; ++at) {
                const auto compared =
                    compare_values(*items_->keys_of(left)[at], *items_->keys_of(right)[at]);
                if (compared != 0) return compared < 0;
            }
            return false;
        }

      private:
        const KeyedItems* items_;
    };
    [[nodiscard]] Less less() const { return Less(*this); }

    /// Places of items with equal keys, groups in the order in which they begin.
    [[nodiscard]] std::vector<std::vector<std::size_t>> groups() const;

  private:
    std::size_t width_;
    std::vector<const Value*> keys_;
};

/// What a group is named by: the value at one path, else an object of those at all paths.
[[nodiscard]] Value group_key(const Value* const* keys, const std::vector<Path>& by);

}  // namespace sluice::nodes
