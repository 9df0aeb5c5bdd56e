#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::expression {

/// The memory of one evaluation: given out by moving a cursor, given back all at once. Counts
/// against the budget of bytes; what is over it is refused with nullptr. Small evaluations never
/// reach the heap.
class Arena {
  public:
    explicit Arena(std::size_t budget)
        : cursor_(first_), end_(first_ + sizeof first_), left_(budget) {}
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// `alignment` is a power of two, at most 8.
    void* take(std::size_t size, std::size_t alignment) {
        if (size > left_) return nullptr;
        const auto address = reinterpret_cast<std::uintptr_t>(cursor_);
        const std::size_t skip = (alignment - address % alignment) % alignment;
        if (size + skip > static_cast<std::size_t>(end_ - cursor_))
            return take_from_new_chunk(size);
        char* result = cursor_ + skip;
        cursor_ = result + size;
        left_ -= size;
        return result;
    }

    /// Lengthens in place what ends at the cursor: the way that repeated concatenation stays
    /// linear. False when `text` is not the last thing taken, or does not fit.
    bool extend(std::string_view text, std::string_view more);

    /// Counts bytes that are made elsewhere (the result). False when over the budget.
    bool count(std::size_t size) {
        if (size > left_) return false;
        left_ -= size;
        return true;
    }

    [[nodiscard]] std::size_t left() const { return left_; }

  private:
    void* take_from_new_chunk(std::size_t size);

    char* cursor_;
    char* end_;
    char* begin_ = first_;
    std::size_t left_;
    std::size_t next_chunk_ = 4096;
    std::vector<std::unique_ptr<char[]>> chunks_;
    alignas(8) char first_[512];
};

}  // namespace sluice::expression
