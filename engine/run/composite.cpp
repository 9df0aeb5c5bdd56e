#include "engine/run/composite.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/event.hpp"
#include "engine/model/member.hpp"
#include "engine/model/retry_pattern.hpp"
#include "engine/nodes/parameter_reader.hpp"

namespace sluice {
namespace {

using What = CompositeMove::What;

CompositeMove open_block(BlockIndex block) {
    return {What::open, block};
}

CompositeMove fail_with(Value error) {
    CompositeMove move;
    move.what = What::fail;
    move.error = std::move(error);
    return move;
}

std::string_view type_of(Composite kind) {
    constexpr std::array<std::string_view, 6> types{"",           "flow.each",     "flow.while",
                                                    "flow.until", "flow.parallel", "flow.try"};
    return types[static_cast<std::size_t>(kind)];
}

const Value* parameter(const CompositeRun& composite, std::string_view name) {
    const Object* const object = composite.parameters.if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::uint64_t number(const CompositeRun& composite, std::string_view name,
                     std::uint64_t otherwise) {
    const Value* const value = parameter(composite, name);
    const auto whole = value == nullptr ? std::nullopt : nodes::whole_number(*value, 1'000'000'000);
    return whole ? static_cast<std::uint64_t>(*whole) : otherwise;
}

bool collects(const CompositeRun& composite) {
    const Value* const on_error = parameter(composite, "on_error");
    return on_error != nullptr && on_error->is_string() && on_error->get_string() == "collect";
}

/// The error of a frame as that of its node: its code stays, so that retries and handlers know it.
Value error_of(const Graph& graph, const CompositeRun& composite, std::uint32_t iteration) {
    const FrameEnd& end = composite.ends[iteration];
    const std::string label =
        graph.nodes[composite.node].id + "[" + frame_label(graph, end.block, iteration) + "]";
    const std::string inner = text_member(end.value, "node");
    return error_value(
        text_member(end.value, "code"),
        label + (inner.empty() ? "" : "." + inner) + ": " + text_member(end.value, "message"),
        Object{{"iteration", iteration}, {"cause", end.value}});
}

CompositeMove failed_or_stop(const Graph& graph, const CompositeRun& composite,
                             std::uint32_t iteration) {
    if (!composite.open.empty()) return {What::stop};
    return fail_with(error_of(graph, composite, iteration));
}

CompositeMove next_of_each(const Graph& graph, const CompositeRun& composite, BlockIndex first) {
    if (composite.first_failed && !collects(composite))
        return failed_or_stop(graph, composite, *composite.first_failed);
    const auto total = parameter(composite, "items")->get_array().size();
    if (composite.begun() < total &&
        composite.open.size() < number(composite, "max_parallel", total))
        return open_block(first);
    return {composite.open.empty() ? What::finish : What::wait};
}

CompositeMove next_of_loop(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                           Composite kind) {
    if (!composite.open.empty()) return {What::wait};
    if (composite.first_failed)
        return fail_with(error_of(graph, composite, *composite.first_failed));
    if (kind == Composite::loop_until && composite.begun() == 0) return open_block(first);
    return {What::ask};
}

/// How many branches have to succeed.
std::uint64_t wanted(const CompositeRun& composite, BlockIndex count) {
    const Value* const wait = parameter(composite, "wait");
    if (wait == nullptr || wait->is_null()) return count;
    if (wait->is_string()) return wait->get_string() == "all" ? count : 1;
    return number(composite, "wait", count);
}

bool is_race(const CompositeRun& composite) {
    const Value* const wait = parameter(composite, "wait");
    return wait != nullptr && wait->is_string() && wait->get_string() == "race";
}

CompositeMove next_of_parallel(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                               BlockIndex count) {
    const auto need = wanted(composite, count);
    if (is_race(composite) && !composite.order.empty()) {
        const auto winner = composite.order.front();
        if (composite.ends[winner].status == FrameStatus::failed)
            return failed_or_stop(graph, composite, winner);
        return {composite.open.empty() ? What::finish : What::stop};
    }
    if (need == count && collects(composite)) {
        if (composite.begun() < count) return open_block(first + composite.begun());
        return {composite.open.empty() ? What::finish : What::wait};
    }
    if (composite.failed > count - need)
        return failed_or_stop(graph, composite, *composite.first_failed);
    if (composite.succeeded >= need) return {composite.open.empty() ? What::finish : What::stop};
    if (composite.begun() < count) return open_block(first + composite.begun());
    return {What::wait};
}

/// The handler for an error: the first one that names it.
BlockIndex handler_for(const Graph& graph, BlockIndex first, BlockIndex count, const Value& error) {
    const std::string code = text_member(error, "code");
    std::optional<std::int64_t> status;
    if (const Object* const object = error.if_object(); object != nullptr)
        if (const Value* const details = object->if_contains("details"))
            if (const Object* const fields = details->if_object())
                if (const Value* const number = fields->if_contains("status");
                    number != nullptr && number->is_number())
                    status = number->to_number<std::int64_t>();
    for (BlockIndex index = first; index < first + count; ++index) {
        const Block& block = graph.block(index);
        if (block.role != BlockRole::handler) continue;
        std::string_view patterns = block.name;
        while (!patterns.empty()) {
            const auto comma = patterns.find(',');
            if (matches_retry_pattern(patterns.substr(0, comma), code, status)) return index;
            patterns.remove_prefix(comma == std::string_view::npos ? patterns.size() : comma + 1);
        }
    }
    return flow_block;
}

BlockIndex cleanup_of(const Graph& graph, BlockIndex first, BlockIndex count) {
    for (BlockIndex index = first; index < first + count; ++index)
        if (graph.block(index).role == BlockRole::cleanup) return index;
    return flow_block;
}

bool has_begun(const CompositeRun& composite, BlockIndex block) {
    return std::any_of(composite.ends.begin(), composite.ends.end(),
                       [block](const FrameEnd& end) { return end.block == block; });
}

/// Its body and handlers are over, one way or another: what is done in any case, then `then`.
CompositeMove after_cleanup(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                            BlockIndex count, CompositeMove then) {
    const BlockIndex cleanup = cleanup_of(graph, first, count);
    if (cleanup == flow_block) return then;
    if (!has_begun(composite, cleanup)) return open_block(cleanup);
    const auto last = composite.begun() - 1;
    if (composite.ends[last].status == FrameStatus::failed && then.what != What::cancel)
        return fail_with(error_of(graph, composite, last));
    return then;
}

CompositeMove next_of_attempt(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                              BlockIndex count) {
    if (composite.begun() == 0) return open_block(first);
    if (!composite.open.empty()) return {What::wait};
    const FrameEnd& body = composite.ends.front();
    CompositeMove then{What::finish};
    if (body.status == FrameStatus::failed) {
        const BlockIndex handler = handler_for(graph, first, count, body.value);
        if (handler == flow_block) {
            then = fail_with(error_of(graph, composite, 0));
        } else if (!has_begun(composite, handler)) {
            return open_block(handler);
        } else if (composite.ends[1].status == FrameStatus::failed) {
            then = fail_with(error_of(graph, composite, 1));
        } else {
            then.outcome = "caught";
        }
    }
    return after_cleanup(graph, composite, first, count, std::move(then));
}

/// It is to end before its frames have: by its timeout, or with what it is part of.
CompositeMove next_of_ending(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                             BlockIndex count) {
    CompositeMove then{What::cancel};
    if (!composite.closing.is_null()) then = fail_with(composite.closing);
    const BlockIndex cleanup = cleanup_of(graph, first, count);
    const bool cleaning = cleanup != flow_block && has_begun(composite, cleanup);
    if (!composite.open.empty()) return {cleaning ? What::wait : What::stop};
    return after_cleanup(graph, composite, first, count, std::move(then));
}

const Value& result_of(const FrameEnd& end) {
    return end.artifact ? *end.artifact->value : end.value;
}

}  // namespace

std::string frame_label(const Graph& graph, BlockIndex index, std::uint32_t iteration) {
    const Block& block = graph.block(index);
    if (block.role == BlockRole::compensation) return "compensate";
    switch (graph.nodes[block.owner].composite) {
        case Composite::parallel:
            return block.name;
        case Composite::attempt:
            switch (block.role) {
                case BlockRole::handler:
                    return "catch";
                case BlockRole::cleanup:
                    return "finally";
                default:
                    return "body";
            }
        default:
            return std::to_string(iteration);
    }
}

node_result<Value> composite_parameters(Composite kind, Value parameters, const Limits& limits) {
    if (parameters.is_null()) parameters = Object{};
    const std::string_view type = type_of(kind);
    nodes::ParameterReader reader(type, parameters.as_object());
    const auto count_of = [&](std::string_view name, std::uint64_t most) {
        const Value* const value = reader.find(name);
        if (value == nullptr) return;
        const auto whole = nodes::whole_number(*value, most);
        if (!whole || *whole == 0)
            reader.problem(std::string(name),
                           "must be a whole number from 1 to " + std::to_string(most));
    };
    const auto word_of = [&](std::string_view name, std::initializer_list<std::string_view> words) {
        const Value* const value = reader.find(name);
        if (value == nullptr) return;
        if (const auto* const text = value->if_string())
            for (const auto word : words)
                if (*text == word) return;
        std::string known;
        for (const auto word : words) known += (known.empty() ? "" : ", ") + std::string(word);
        reader.problem(std::string(name), "must be one of " + known);
    };
    switch (kind) {
        case Composite::each: {
            const Value* const items = reader.find("items");
            if (items == nullptr || (!items->is_array() && !items->is_object()))
                reader.problem("items", "must be a list or an object");
            count_of("max_parallel", limits.iterations);
            count_of("batch", limits.iterations);
            word_of("on_error", {"stop", "collect"});
            break;
        }
        case Composite::loop_while:
        case Composite::loop_until:
            count_of("max_iterations", limits.iterations);
            break;
        case Composite::parallel:
            word_of("on_error", {"stop", "collect"});
            if (const Value* const wait = reader.find("wait"); wait != nullptr && wait->is_string())
                word_of("wait", {"all", "any", "race"});
            else
                count_of("wait", limits.nodes);
            break;
        default:
            break;
    }
    if (auto failure = reader.failure()) return std::move(*failure);
    if (kind != Composite::each) return parameters;
    Object& object = parameters.get_object();
    Value& items = object["items"];
    if (const Object* const members = items.if_object()) {
        Array list;
        list.reserve(members->size());
        for (const auto& member : *members)
            list.push_back(Object{{"key", member.key()}, {"value", member.value()}});
        items = std::move(list);
    }
    if (const Value* const batch = object.if_contains("batch");
        batch != nullptr && !batch->is_null()) {
        const auto size = static_cast<std::size_t>(*nodes::whole_number(*batch, limits.iterations));
        Array batches;
        for (auto& item : items.get_array()) {
            if (batches.empty() || batches.back().get_array().size() == size)
                batches.emplace_back(Array{});
            batches.back().get_array().push_back(std::move(item));
        }
        items = std::move(batches);
    }
    if (items.get_array().size() > limits.iterations)
        return NodeError{"too_many_items",
                         "`items` has " + std::to_string(items.get_array().size()) +
                             " entries; a loop runs over at most " +
                             std::to_string(limits.iterations) + " (give it `batch`)",
                         {},
                         false};
    return parameters;
}

CompositeMove next_move(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                        BlockIndex count, bool doomed) {
    if (doomed || !composite.closing.is_null())
        return next_of_ending(graph, composite, first, count);
    const Composite kind = graph.nodes[composite.node].composite;
    switch (kind) {
        case Composite::each:
            return next_of_each(graph, composite, first);
        case Composite::loop_while:
        case Composite::loop_until:
            return next_of_loop(graph, composite, first, kind);
        case Composite::parallel:
            return next_of_parallel(graph, composite, first, count);
        case Composite::attempt:
            return next_of_attempt(graph, composite, first, count);
        case Composite::none:
            break;
    }
    return {What::finish};
}

CompositeMove after_condition(const Graph& graph, const CompositeRun& composite, BlockIndex first,
                              bool holds, const Limits& limits) {
    const bool goes_on = holds == (graph.nodes[composite.node].composite == Composite::loop_while);
    if (!goes_on) return {What::finish};
    const auto most = number(composite, "max_iterations", limits.loop_iterations);
    if (composite.begun() < most) return open_block(first);
    return fail_with(error_value("max_iterations_reached",
                                 "the loop has run " + std::to_string(most) +
                                     " times, as often as its `max_iterations` allows, and its "
                                     "condition still lets it go on",
                                 Object{{"iterations", composite.begun()}}));
}

Value composite_output(const Graph& graph, const CompositeRun& composite) {
    Object output;
    switch (graph.nodes[composite.node].composite) {
        case Composite::each: {
            Array results;
            Array errors;
            results.reserve(composite.ends.size());
            for (std::uint32_t at = 0; at < composite.begun(); ++at) {
                const FrameEnd& end = composite.ends[at];
                const bool succeeded = end.status == FrameStatus::succeeded;
                results.push_back(succeeded ? result_of(end) : Value());
                if (end.status == FrameStatus::failed)
                    errors.push_back(Object{{"index", at}, {"error", end.value}});
            }
            output["results"] = std::move(results);
            output["count"] = composite.begun();
            output["failed"] = composite.failed;
            output["errors"] = std::move(errors);
            return output;
        }
        case Composite::loop_while:
        case Composite::loop_until:
            output["result"] = composite.ends.empty() ? Value() : result_of(composite.ends.back());
            output["iterations"] = composite.begun();
            return output;
        case Composite::parallel: {
            Object results;
            Object errors;
            for (const FrameEnd& end : composite.ends) {
                const std::string& name = graph.block(end.block).name;
                if (end.status == FrameStatus::succeeded) results[name] = result_of(end);
                if (end.status == FrameStatus::failed) errors[name] = end.value;
            }
            output["results"] = std::move(results);
            output["errors"] = std::move(errors);
            output["first"] = nullptr;
            for (const auto at : composite.order) {
                if (composite.ends[at].status != FrameStatus::succeeded) continue;
                output["first"] = graph.block(composite.ends[at].block).name;
                break;
            }
            return output;
        }
        case Composite::attempt: {
            const bool caught = composite.ends.front().status == FrameStatus::failed;
            output["result"] = result_of(composite.ends[caught ? 1 : 0]);
            output["error"] = caught ? composite.ends.front().value : Value();
            return output;
        }
        case Composite::none:
            break;
    }
    return output;
}

}  // namespace sluice
