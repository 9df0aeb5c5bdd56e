#include "engine/definition/native_nodes.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/names.hpp"
#include "engine/definition/section.hpp"
#include "engine/model/member.hpp"
#include "engine/model/retry_pattern.hpp"

namespace sluice::definition {

namespace {

constexpr std::array<std::string_view, 12> node_keys{
    "compensate", "type",  "with",    "needs",        "next",        "join",
    "when",       "retry", "timeout", "on_interrupt", "description", "foreach"};
constexpr std::array<std::string_view, 3> body_keys{"nodes", "start", "output"};
constexpr std::array<std::string_view, 1> parallel_keys{"branches"};
constexpr std::array<std::string_view, 5> attempt_keys{"nodes", "start", "output", "catch",
                                                       "finally"};
constexpr std::array<std::string_view, 4> foreach_keys{"items", "max_parallel", "batch",
                                                       "on_error"};
constexpr std::array<std::string_view, 6> retry_keys{"attempts",  "delay",  "backoff",
                                                     "max_delay", "jitter", "on"};

std::string_view view(boost::json::string_view text) {
    return {text.data(), text.size()};
}

void read_parameters(const Section& section, Node& node) {
    const Value* with = section.find("with");
    if (with == nullptr || with->is_null()) return;
    if (with->is_object())
        node.with = *with;
    else
        section.wrong_type("with", "a map of parameters");
}

}  // namespace

std::span<const std::string_view> block_keys(Composite composite) {
    switch (composite) {
        case Composite::none:
            return {};
        case Composite::parallel:
            return parallel_keys;
        case Composite::attempt:
            return attempt_keys;
        default:
            return body_keys;
    }
}

NativeNodes NodesReader::read(const Value& value, const std::string& pointer) {
    result_ = {};
    const Array* items = value.if_array();
    const Object* members = value.if_object();
    if (items == nullptr && members == nullptr) {
        problems_.at_value(pointer, "wrong_type",
                           "`nodes` must be a map of nodes or a list of nodes, not " +
                               std::string(kind_name(value)));
        return std::move(result_);
    }
    const std::size_t count = items != nullptr ? items->size() : members->size();
    if (count == 0)
        problems_.at_value(pointer, "no_nodes",
                           pointer == "/nodes" ? "a flow needs at least one node"
                                               : "a block needs at least one node");
    count_ += count;
    if (count_ > limits_.nodes) {
        if (!std::exchange(too_many_, true))
            problems_.at_value(pointer, "too_many_nodes",
                               "the flow has " + std::to_string(count_) + " nodes; the limit is " +
                                   std::to_string(limits_.nodes));
        return std::move(result_);
    }
    if (items != nullptr)
        read_list(*items, pointer);
    else
        for (const auto& member : *members)
            read_node(member.value(), std::string(view(member.key())),
                      child_pointer(pointer, view(member.key())), false);
    return std::move(result_);
}

NativeNodes NodesReader::read_unnamed(const Value& value, const std::string& pointer,
                                      std::string id) {
    result_ = {};
    ++count_;
    for (const char* const key : {"next", "needs", "foreach", "compensate"})
        if (find_member(value, key) != nullptr)
            problems_.at_key(child_pointer(pointer, key), "unknown_key",
                             quoted(key) + " means nothing here",
                             "write several nodes under `nodes`");
    unnamed_ = true;
    (void)read_node(value, std::move(id), pointer, false);
    unnamed_ = false;
    for (Node& node : result_.nodes) node.pointer = pointer;
    result_.links.clear();
    return std::move(result_);
}

void NodesReader::read_list(const Array& items, const std::string& pointer) {
    result_.in_order = true;
    std::optional<ReadNode> previous;
    for (std::size_t at = 0; at < items.size(); ++at) {
        const std::string place = child_pointer(pointer, at);
        std::string id;
        if (const auto section = Section::open(items[at], place, problems_)) {
            if (section->require("id", "its name within the flow"))
                id = section->text("id").value_or("");
        } else {
            previous.reset();
            continue;
        }
        const auto own_links = static_cast<std::ptrdiff_t>(result_.links.size());
        auto node = read_node(items[at], std::move(id), place, true);
        // In front of the node's own links, as it stands in the source.
        if (node && previous && !node->has_needs && !previous->has_next)
            result_.links.insert(result_.links.begin() + own_links,
                                 {previous->id, node->id, any_outcome, Link::Side::source, place});
        previous = std::move(node);
    }
}

/// nullopt when the node has no usable place in the graph.
std::optional<NodesReader::ReadNode> NodesReader::read_node(const Value& value, std::string id,
                                                            std::string pointer, bool is_item) {
    if (!unnamed_) check_id(id, pointer, is_item);
    const auto section = Section::open(value, pointer, problems_);
    if (!section) return std::nullopt;
    std::vector<std::string_view> known(node_keys.begin(), node_keys.end());
    if (is_item) known.emplace_back("id");
    const Composite composite = composite_of(*section);
    std::ranges::copy(block_keys(composite), std::back_inserter(known));
    section->only(known);
    Node node;
    node.id = id;
    node.join = section->choice<JoinRule>("join", {{"all", JoinRule::all}, {"any", JoinRule::any}})
                    .value_or(join_);
    if (section->require("type", "the node type that runs it"))
        node.type = section->text("type").value_or("");
    node.composite = composite;
    if (pointer.find("/nodes/", 1) != std::string::npos) node.pointer = pointer;
    read_parameters(*section, node);
    read_when(*section, node);
    read_retry(*section, node);
    node.timeout = section->duration("timeout", std::chrono::milliseconds(1));
    node.on_interrupt = section->choice<OnInterrupt>(
        "on_interrupt",
        {{"retry", OnInterrupt::retry}, {"fail", OnInterrupt::fail}, {"hold", OnInterrupt::hold}});
    (void)section->text("description");
    if (id.empty() || !ids_.insert(id).second) return std::nullopt;
    read_links(*section, id);
    if (section->find("foreach") != nullptr) read_foreach(*section, node);
    result_.nodes.push_back(std::move(node));
    result_.pointers.push_back(std::move(pointer));
    result_.sources.push_back(&value);
    return ReadNode{std::move(id), section->find("needs") != nullptr,
                    section->find("next") != nullptr};
}

void NodesReader::check_id(const std::string& id, const std::string& pointer, bool is_item) {
    const std::string place = is_item ? child_pointer(pointer, "id") : pointer;
    const auto report = [&](std::string code, std::string message, std::string suggestion = {}) {
        if (is_item)
            problems_.at_value(place, std::move(code), std::move(message), std::move(suggestion));
        else
            problems_.at_key(place, std::move(code), std::move(message), std::move(suggestion));
    };
    if (id.empty() && is_item) return;  // missing, or reported as no text
    if (!is_node_id(id)) {
        const std::string fitting = as_node_id(id);
        report("invalid_name",
               quoted(id) +
                   " is not a node id: letters, digits, `_` and `-`, not beginning with a "
                   "digit or `-`",
               fitting.empty() ? "" : "write `" + fitting + '`');
    } else if (id.size() > limits_.name_length) {
        report("invalid_name",
               quoted(id) + " is longer than " + std::to_string(limits_.name_length) + " bytes");
    }
    if (ids_.contains(id)) report("duplicate_node", "there is already a node " + quoted(id));
}

void NodesReader::read_when(const Section& section, Node& node) {
    const Value* when = section.find("when");
    if (when == nullptr) return;
    if (when->is_bool()) {
        node.when = *when;
        return;
    }
    if (!when->is_string())
        return section.wrong_type("when", "a boolean or a text with one `${ }`");
    const std::string_view text = view(when->get_string());
    if (text.starts_with("${") && text.ends_with('}')) {
        node.when = *when;
        return;
    }
    problems_.at_value(
        section.pointer("when"), "invalid_when",
        "`when` must be wholly one expression, `${ ... }`, or true or false",
        text.find("${") == std::string_view::npos ? "write \"${" + std::string(text) + "}\"" : "");
}

void NodesReader::read_retry(const Section& node_section, Node& node) {
    const Value* retry = node_section.find("retry");
    if (retry == nullptr) return;
    const auto section = Section::open(*retry, node_section.pointer("retry"), problems_);
    if (!section) return;
    section->only(retry_keys);
    RetryPolicy& policy = node.retry;
    if (section->require("attempts", "how often the node is tried in all"))
        policy.attempts = static_cast<std::uint32_t>(
            section->integer("attempts", 1, limits_.retry_attempts).value_or(1));
    policy.delay = section->duration("delay", std::chrono::milliseconds(0)).value_or(policy.delay);
    policy.backoff = section->number("backoff", 1, 100).value_or(policy.backoff);
    policy.max_delay =
        section->duration("max_delay", std::chrono::milliseconds(0)).value_or(policy.max_delay);
    policy.jitter = section->number("jitter", 0, 1).value_or(policy.jitter);
    if (const Value* on = section->find("on"))
        for_each_text(*on, section->pointer("on"), "an error code, or a list of error codes",
                      [&](std::string pattern, const std::string& place) {
                          read_retry_pattern(policy, std::move(pattern), place);
                      });
    if (section->find("max_delay") != nullptr && policy.max_delay < policy.delay)
        problems_.at_value(section->pointer("max_delay"), "out_of_range",
                           "`max_delay` must not be shorter than `delay`");
}

void NodesReader::read_retry_pattern(RetryPolicy& policy, std::string pattern,
                                     const std::string& place) {
    if (!is_retry_pattern(pattern))
        problems_.at_value(place, "invalid_retry",
                           quoted(pattern) +
                               " is no failure to retry on: write the code of an error, "
                               "`timeout`, `http_429`, `http_5xx`, or `*` for all");
    else if (policy.on.size() >= limits_.retry_patterns)
        problems_.at_value(
            place, "out_of_range",
            "`on` lists at most " + std::to_string(limits_.retry_patterns) + " failures");
    else
        policy.on.push_back(std::move(pattern));
}

Composite NodesReader::composite_of(const Section& section) const {
    const Value* const name = section.find("type");
    if (name == nullptr || !name->is_string()) return Composite::none;
    const auto type = std::ranges::find(node_types_, view(name->get_string()), &NodeTypeName::id);
    return type == node_types_.end() ? Composite::none : type->composite;
}

/// The node becomes a loop over the items; what it was is the body.
void NodesReader::read_foreach(const Section& section, Node& node) {
    const Value& source = *section.find("foreach");
    Node loop;
    loop.id = node.id;
    loop.join = node.join;
    loop.pointer = node.pointer;
    loop.type = "flow.each";
    loop.composite = Composite::each;
    if (source.is_object()) {
        const auto options = Section::open(source, section.pointer("foreach"), problems_);
        options->only(foreach_keys);
        (void)options->require("items", "what the node runs for");
        loop.with = source;
    } else if (source.is_array() || source.is_string()) {
        loop.with = Object{{"items", source}};
    } else {
        return section.wrong_type("foreach", "a list, an expression, or a map with `items`");
    }
    node.id += ".item";
    result_.repeated.push_back(
        {static_cast<NodeIndex>(result_.nodes.size()), std::exchange(node, std::move(loop))});
}

void NodesReader::read_links(const Section& section, const std::string& id) {
    if (const Value* next = section.find("next")) {
        const std::string pointer = section.pointer("next");
        if (const Object* by_outcome = next->if_object()) {
            for (const auto& member : *by_outcome)
                read_targets(member.value(), id, std::string(view(member.key())),
                             child_pointer(pointer, view(member.key())));
        } else {
            read_targets(*next, id, any_outcome, pointer);
        }
    }
    if (const Value* needs = section.find("needs")) {
        const std::string pointer = section.pointer("needs");
        if (const Object* by_source = needs->if_object()) {
            for (const auto& member : *by_source)
                for_each_text(member.value(), child_pointer(pointer, view(member.key())),
                              "an outcome, or a list of outcomes",
                              [&](std::string outcome, std::string place) {
                                  result_.links.push_back({std::string(view(member.key())), id,
                                                           std::move(outcome), Link::Side::source,
                                                           std::move(place)});
                              });
        } else {
            for_each_text(*needs, pointer,
                          "a node, a list of nodes, or a map from nodes to outcomes",
                          [&](std::string from, std::string place) {
                              result_.links.push_back({std::move(from), id, any_outcome,
                                                       Link::Side::source, std::move(place)});
                          });
        }
    }
}

void NodesReader::read_targets(const Value& value, const std::string& id,
                               const std::string& outcome, const std::string& pointer) {
    for_each_text(value, pointer, "a node, a list of nodes, or a map from outcomes to nodes",
                  [&](std::string to, std::string place) {
                      result_.links.push_back(
                          {id, std::move(to), outcome, Link::Side::target, std::move(place)});
                  });
}

/// Calls `use(text, pointer)` for a text or each text of a list.
void NodesReader::for_each_text(const Value& value, const std::string& pointer,
                                std::string_view expected,
                                const std::function<void(std::string, std::string)>& use) {
    const auto one = [&](const Value& item, const std::string& place) {
        if (const auto* text = item.if_string())
            return use(std::string(text->data(), text->size()), place);
        // `needs: {check: false}` means the outcome of that name.
        if (item.is_bool()) return use(std::string(item.get_bool() ? "true" : "false"), place);
        problems_.at_value(place, "wrong_type",
                           quoted(readable_path(place)) + " must be " + std::string(expected) +
                               ", not " + std::string(kind_name(item)));
    };
    if (const Array* items = value.if_array()) {
        for (std::size_t at = 0; at < items->size(); ++at)
            one((*items)[at], child_pointer(pointer, at));
    } else {
        one(value, pointer);
    }
}

}  // namespace sluice::definition
