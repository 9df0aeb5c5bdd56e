#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <boost/system/result.hpp>

#include "engine/model/value.hpp"

namespace sluice {

/// A refusal or a failure that reaches a user. `code` is stable, in snake_case, and listed in
/// docs/operations.md; `message` is one sentence with the place and, where there is one, the
/// remedy; `details` is null or an object for machines.
struct Error {
    std::string code;
    std::string message;
    Value details;
};

/// An `Error` as an exception: used only where an error must cross a coroutine boundary.
class ErrorException : public std::runtime_error {
  public:
    explicit ErrorException(Error error)
        : std::runtime_error(error.message), error_(std::move(error)) {}
    [[nodiscard]] const Error& error() const noexcept { return error_; }

  private:
    Error error_;
};

/// What a node fails with. `retryable` says whether the node's retry policy may try again.
struct NodeError {
    std::string code;
    std::string message;
    Value details;
    bool retryable = false;
};

/// A `NodeError` as an exception, thrown out of a node's coroutine.
class NodeFailure : public std::runtime_error {
  public:
    explicit NodeFailure(NodeError error)
        : std::runtime_error(error.message), error_(std::move(error)) {}
    [[nodiscard]] const NodeError& error() const noexcept { return error_; }

  private:
    NodeError error_;
};

/// A value, or the `Error` that says why there is none: for refusals that a caller must handle.
template <typename T>
using result = boost::system::result<T, Error>;

/// Found by argument-dependent look-up when `result::value()` is called on an error.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
    throw ErrorException(error);
}

/// A value, or what the node fails with.
template <typename T>
using node_result = boost::system::result<T, NodeError>;

[[noreturn]] inline void throw_exception_from_error(const NodeError& error,
                                                    const boost::source_location&) {
    throw NodeFailure(error);
}

}  // namespace sluice
