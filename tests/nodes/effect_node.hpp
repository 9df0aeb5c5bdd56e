#pragma once

#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "tests/async/loop.hpp"
#include "tests/nodes/pure_node.hpp"

namespace sluice::testing {

/// Runs an effectful node of a built-in type until nothing more can happen without time; nullopt
/// when it has not ended by then.
inline std::optional<NodeOutcome> run_effect(Loop& loop, std::string_view type,
                                             NodeContext context) {
    std::optional<NodeOutcome> outcome;
    asio::co_spawn(loop.executor(), built_in(type)->effect(std::move(context)),
                   [&outcome](const std::exception_ptr& failure, NodeResult result) {
                       try {
                           if (failure) std::rethrow_exception(failure);
                           outcome.emplace(std::move(result));
                       } catch (const NodeFailure& error) {
                           outcome.emplace(error.error());
                       }
                   });
    loop.settle();
    return outcome;
}

}  // namespace sluice::testing
