#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace sluice::expression::test {

/// Makes random expressions and random data for them. The same seed makes the same.
class Generator {
  public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    /// A scope as JSON text: `input` with fields a to h, `item`, `index`.
    std::string scope();
    /// An expression that is mostly sensible.
    std::string expression() { return any(4); }

  private:
    std::string value(int depth);

    std::string any(int depth);
    std::string number(int depth);
    std::string text(int depth);
    std::string boolean(int depth);
    std::string array(int depth);
    std::string object(int depth);
    std::string date(int depth);
    std::string arrow(int depth, int parameters);
    std::string regex();
    std::string path();
    std::string name();

    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(random_() % bound);
    }
    template <typename... Choices>
    std::string one_of(Choices... choices) {
        const std::string all[] = {std::string(choices)...};
        return all[below(sizeof...(choices))];
    }

    std::mt19937_64 random_;
    int locals_ = 0;  ///< parameters x0, x1 ... in scope
};

}  // namespace sluice::expression::test
