#pragma once

#include <cstddef>

struct JSContext;

namespace sluice::script {

/// What a run may use, besides what the machine uses itself: of the engine's heap and of the
/// address space. One in a process.
class Memory {
  public:
    /// Before the filter, once everything is loaded: from here on counts what is used beyond now.
    /// `ceiling` is the most that a run may be given.
    [[nodiscard]] static bool begin(JSContext* context, std::size_t ceiling);

    static void allow(JSContext* context, std::size_t bytes);
    /// Between runs: as much as there may ever be.
    static void allow_all(JSContext* context);
    /// Between runs: gives back what ended runs have left behind, when it is worth it. `heavy`: the
    /// last one may have left much.
    static void tidy(JSContext* context, bool heavy);
};

}  // namespace sluice::script
