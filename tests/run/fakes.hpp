#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/async/gate.hpp"
#include "engine/model/identifier.hpp"
#include "engine/nodes/node_type.hpp"
#include "engine/run/memory_store.hpp"
#include "engine/testing/seeded_random.hpp"
#include "engine/testing/simulated_clock.hpp"

namespace sluice::testing {

/// Passes everything on, and remembers what was committed, group by group.
class RecordingJournal final : public Journal {
  public:
    explicit RecordingJournal(MemoryStore& store) : store_(store) {}

    void commit(std::vector<Append> group, Done done) override {
        ++attempts;
        store_.commit(std::move(group),
                      [this, done = std::move(done)](std::optional<Error> error,
                                                     std::vector<Append> written) {
                          if (!error) groups.push_back(written);
                          done(std::move(error), std::move(written));
                      });
    }

    int attempts = 0;
    std::vector<std::vector<Append>> groups;

  private:
    MemoryStore& store_;
};

/// Node types whose runs a test can count: `test.count` (pure), `test.instant` (an effect that
/// never suspends), `test.hold` (an effect that waits until it is let go, or cancelled) and
/// `test.calls` (an effect that makes its parameter `calls` one after the other, as code does:
/// `wait` waits at the door, `fail` ends it).
class CountingNodes {
  public:
    std::map<std::string, int> runs;  ///< by the parameter `name`
    gate door;                        ///< of `test.hold`
    int cancelled = 0;
    std::function<void(const NodeContext&)> on_instant;

    [[nodiscard]] std::vector<NodeType> types() {
        NodeType count = type("test.count", NodeKind::pure);
        count.pure = [this](PureContext& context) -> NodeOutcome {
            ++runs[name_in(context.parameters)];
            NodeResult result;
            result.output = std::move(context.parameters);
            return result;
        };
        NodeType instant = type("test.instant", NodeKind::effect);
        instant.effect = [this](NodeContext context) { return be_instant(std::move(context)); };
        NodeType hold = type("test.hold", NodeKind::effect);
        hold.effect = [this](NodeContext context) { return wait_for_the_door(std::move(context)); };
        std::vector<NodeType> all;
        all.push_back(std::move(count));
        all.push_back(std::move(instant));
        all.push_back(std::move(hold));
        NodeType calls = type("test.calls", NodeKind::effect);
        calls.effect = [this](NodeContext context) { return make_calls(std::move(context)); };
        all.push_back(std::move(calls));
        return all;
    }

  private:
    static NodeType type(std::string id, NodeKind kind) {
        NodeType made;
        made.id = std::move(id);
        made.category = "test";
        made.description = "For tests.";
        made.input_schema = Object{};
        made.output_schema = Object{};
        made.kind = kind;
        return made;
    }

    static std::string name_in(const Value& parameters) {
        const auto* const object = parameters.if_object();
        const auto* const name = object == nullptr ? nullptr : object->if_contains("name");
        return name == nullptr ? "" : std::string(name->as_string());
    }

    task<NodeResult> be_instant(NodeContext context) {
        ++runs[name_in(context.parameters)];
        if (on_instant) on_instant(context);
        const auto* const object = context.parameters.if_object();
        if (object != nullptr && object->contains("fail"))
            throw NodeFailure(NodeError{"refused", "it was told to fail", {}, false});
        NodeResult result;
        result.output = std::move(context.parameters);
        co_return result;
    }

    task<NodeResult> make_calls(NodeContext context) {
        NodeResult result;
        Array answers;
        std::uint32_t number = 0;
        for (const auto& call : context.parameters.at("calls").as_array()) {
            ++number;
            const std::string name(call.as_string());
            auto answer = context.calls->answered(number, name, context.parameters);
            if (!answer) {
                co_await context.calls->on_disk();
                ++runs["call " + name];
                if (name == "wait") co_await door.wait();
                answer = name == "fail" ? node_result<Value>(NodeError{"refused", "no", {}, true})
                                        : node_result<Value>(Value("of " + name));
                context.calls->keep(number, name, context.parameters, *answer);
            }
            if (!*answer) throw NodeFailure(answer->error());
            answers.push_back(std::move(**answer));
        }
        result.output = std::move(answers);
        co_return result;
    }

    task<NodeResult> wait_for_the_door(NodeContext context) {
        ++runs[name_in(context.parameters)];
        try {
            co_await door.wait();
        } catch (const system_error&) {
            ++cancelled;
            throw;
        }
        NodeResult result;
        result.output = std::move(context.parameters);
        co_return result;
    }
};

}  // namespace sluice::testing
