#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace sluice {

/// A function that is called at most once, and may own what cannot be copied (std::function
/// requires copies, and std::move_only_function is C++23).
template <typename... Arguments>
class callback {
  public:
    callback() = default;

    template <typename Function>
        requires(!std::is_same_v<std::decay_t<Function>, callback>)
    callback(Function&& function)  // NOLINT(google-explicit-constructor): as std::function
        : target_(
              std::make_unique<Target<std::decay_t<Function>>>(std::forward<Function>(function))) {}

    explicit operator bool() const { return target_ != nullptr; }

    /// Calls and forgets the function. Not to be called when empty.
    void operator()(Arguments... arguments) {
        const auto target = std::exchange(target_, nullptr);
        target->call(std::forward<Arguments>(arguments)...);
    }

  private:
    struct Base {
        Base() = default;
        Base(const Base&) = delete;
        Base& operator=(const Base&) = delete;
        virtual ~Base() = default;
        virtual void call(Arguments... arguments) = 0;
    };
    template <typename Function>
    struct Target final : Base {
        explicit Target(Function source) : function(std::move(source)) {}
        void call(Arguments... arguments) override {
            function(std::forward<Arguments>(arguments)...);
        }
        Function function;
    };

    std::unique_ptr<Base> target_;
};

}  // namespace sluice
