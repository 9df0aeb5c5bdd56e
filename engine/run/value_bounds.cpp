#include "engine/run/value_bounds.hpp"

namespace sluice {
namespace {

class Walk {
  public:
    explicit Walk(std::size_t max_bytes) : left_(max_bytes) {}

    Bounds check(const Value& value, std::size_t depth_left) {
        if (const auto* text = value.if_string()) return spend(text->size() + 2);
        const auto* const array = value.if_array();
        const auto* const object = value.if_object();
        if (array == nullptr && object == nullptr) return spend(1);
        if (depth_left == 0) return Bounds::too_deep;
        if (const Bounds own = spend(2); own != Bounds::kept) return own;
        if (array != nullptr) {
            for (const auto& element : *array)
                if (const Bounds inner = check(element, depth_left - 1); inner != Bounds::kept)
                    return inner;
            return Bounds::kept;
        }
        for (const auto& member : *object) {
            if (const Bounds key = spend(member.key().size() + 3); key != Bounds::kept) return key;
            if (const Bounds inner = check(member.value(), depth_left - 1); inner != Bounds::kept)
                return inner;
        }
        return Bounds::kept;
    }

    [[nodiscard]] std::size_t left() const { return left_; }

  private:
    Bounds spend(std::size_t bytes) {
        if (bytes > left_) return Bounds::too_large;
        left_ -= bytes;
        return Bounds::kept;
    }

    std::size_t left_;
};

}  // namespace

Bounds check_bounds(const Value& value, std::size_t max_depth, std::size_t max_bytes,
                    std::size_t* bytes) {
    Walk walk(max_bytes);
    const Bounds bounds = walk.check(value, max_depth);
    if (bytes != nullptr) *bytes = max_bytes - walk.left();
    return bounds;
}

}  // namespace sluice
