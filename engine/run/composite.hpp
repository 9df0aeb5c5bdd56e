#pragma once

#include <cstdint>
#include <string>

#include "engine/model/error.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/limits.hpp"
#include "engine/run/frame.hpp"

namespace sluice {

/// What a composite node is to do next.
struct CompositeMove {
    enum class What : std::uint8_t {
        wait,    ///< for its frames
        ask,     ///< its condition; then `after_condition` says what follows
        open,    ///< a frame of `block`
        stop,    ///< cancel what runs in its frames
        finish,  ///< with `outcome` and `output_of`
        fail,    ///< with `error`
        cancel,  ///< it ends with what it is part of
    };
    What what = What::wait;
    BlockIndex block = flow_block;
    std::string outcome = success_outcome;
    Value error = nullptr;  ///< {code, message, details}
};

/// Reads the parameters of a composite: what its frames run over becomes a list under `items`,
/// whatever it was and in whatever portions. Error: `invalid_parameters`, `too_many_items`.
[[nodiscard]] node_result<Value> composite_parameters(Composite kind, Value parameters,
                                                      const Limits& limits);

/// Decides by what has happened in the frames alone, so that a recovery decides alike. `first` and
/// `count` are the blocks of the node; `doomed`: what it is part of is ending.
[[nodiscard]] CompositeMove next_move(const Graph& graph, const CompositeRun& composite,
                                      BlockIndex first, BlockIndex count, bool doomed);

/// What follows from the answer to a loop's condition.
[[nodiscard]] CompositeMove after_condition(const Graph& graph, const CompositeRun& composite,
                                            BlockIndex first, bool holds, const Limits& limits);

/// What the node puts out when it finishes. The results of its frames are in memory.
[[nodiscard]] Value composite_output(const Graph& graph, const CompositeRun& composite);

/// How a frame is told from the others of its node, for paths: `3`, `left`, `catch`.
[[nodiscard]] std::string frame_label(const Graph& graph, BlockIndex block,
                                      std::uint32_t iteration);

}  // namespace sluice
