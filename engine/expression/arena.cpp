#include "engine/expression/arena.hpp"

#include <algorithm>
#include <cstring>

namespace sluice::expression {

namespace {
constexpr std::size_t largest_spare = 256u << 10;
}

bool Arena::extend(std::string_view text, std::string_view more) {
    if (text.data() < begin_ || text.data() + text.size() != cursor_) return false;
    if (more.size() > static_cast<std::size_t>(end_ - cursor_) || more.size() > left_) return false;
    if (more.empty()) return true;
    std::memcpy(cursor_, more.data(), more.size());
    cursor_ += more.size();
    left_ -= more.size();
    return true;
}

void* Arena::take_from_new_chunk(std::size_t size) {
    // Twice what is asked for, so that a growing string moves only now and then.
    const std::size_t spare = std::min(std::max(next_chunk_, size), largest_spare);
    next_chunk_ = std::min(next_chunk_ * 2, largest_spare);
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size + spare));
    begin_ = chunks_.back().get();
    cursor_ = begin_ + size;
    end_ = cursor_ + spare;
    left_ -= size;
    return begin_;
}

}  // namespace sluice::expression
