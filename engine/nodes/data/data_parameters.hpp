#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/nodes/data/path.hpp"
#include "engine/nodes/node_type.hpp"
#include "engine/nodes/parameter_reader.hpp"

namespace sluice::nodes {

/// Reads the parameters of one run of a data node. Every problem is collected, so that all are told
/// at once; a reader whose parameter is wrong answers something harmless, and `failure()` must be
/// asked before the answers are used. What is larger than the limits of data nodes fails with
/// `data_too_large`, which names the limit and what to do.
class DataParameters {
  public:
    /// `type` is the node's id, for messages; `context.parameters` is an object. Both outlive this.
    DataParameters(std::string_view type, PureContext& context)
        : type_(type), context_(context), reader_(type, context.parameters.get_object()) {}

    [[nodiscard]] std::string_view type() const { return type_; }
    [[nodiscard]] const Limits& limits() const { return context_.limits; }
    [[nodiscard]] WallTime now() const { return context_.now; }
    [[nodiscard]] Random* random() const { return context_.random; }

    void only(std::initializer_list<std::string_view> known) {
        reader_.only(std::span(known.begin(), known.size()));
    }
    [[nodiscard]] bool has(std::string_view key) const { return reader_.find(key) != nullptr; }
    [[nodiscard]] const Value* find(std::string_view key) const { return reader_.find(key); }

    /// A required list within the limit. It may be moved from. Empty when it is wrong.
    [[nodiscard]] Array& list(std::string_view key);
    /// A required value; null is one.
    [[nodiscard]] Value& value(std::string_view key);
    /// A required object. It may be moved from.
    [[nodiscard]] Object& object(std::string_view key);
    /// A required text of any size.
    [[nodiscard]] std::string_view text(std::string_view key);
    /// A required text within `Limits::data_text_bytes`.
    [[nodiscard]] std::string_view bounded_text(std::string_view key);
    [[nodiscard]] std::string_view text_or(std::string_view key, std::string_view fallback);
    [[nodiscard]] bool flag(std::string_view key, bool fallback);
    /// A whole number within bounds; a required one without `fallback`.
    [[nodiscard]] std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most,
                                     std::optional<std::int64_t> fallback = {});
    /// Which of `words` the parameter is; `fallback` when it is absent.
    [[nodiscard]] std::size_t choice(std::string_view key, std::span<const std::string_view> words,
                                     std::size_t fallback);
    /// A path, or nothing when the parameter is absent: then the item itself is meant.
    [[nodiscard]] Path path_or_item(std::string_view key);
    /// A required path, or a list of them that is not empty.
    [[nodiscard]] std::vector<Path> paths(std::string_view key);
    /// Paths by name out of the required object {name: path}.
    [[nodiscard]] std::vector<std::pair<std::string, Path>> named_paths(std::string_view key);

    void problem(std::string parameter, std::string message) {
        reader_.problem(std::move(parameter), std::move(message));
    }
    /// Fails the node, whatever else is wrong. The first one stays.
    void refuse(NodeError error) {
        if (!refusal_) refusal_ = std::move(error);
    }
    /// Why the node cannot run.
    [[nodiscard]] std::optional<NodeError> failure() const;

  private:
    Value* required(std::string_view key, std::string_view expectation);
    /// Refuses more rules than one node may have.
    bool few(std::string_view key, std::size_t count);

    std::string_view type_;
    PureContext& context_;
    ParameterReader reader_;
    std::optional<NodeError> refusal_;
    Array no_list_;
    Object no_object_;
    Value no_value_;
};

/// `data_too_large`: "`items` of data.sort has 100001 items, and at most 100000 are taken: ...".
[[nodiscard]] NodeError too_large(std::string_view what, std::string_view type, std::size_t most,
                                  std::string_view unit, std::string_view remedy);
/// The same for a text that is parsed or searched.
[[nodiscard]] NodeError text_too_large(std::string_view what, std::string_view type,
                                       const Limits& limits);
/// The same for a list, or for what a text holds.
[[nodiscard]] NodeError too_many_items(std::string_view what, std::string_view type,
                                       const Limits& limits);

/// A pure node of `id`, whose parameters are an object.
[[nodiscard]] NodeType data_node(std::string id, std::string description, Value input_schema,
                                 Value output_schema, NodeOutcome (*run)(DataParameters&));

/// What such a node ends with.
[[nodiscard]] inline NodeOutcome put_out(Object output) {
    return NodeResult{"success", std::move(output)};
}

}  // namespace sluice::nodes
