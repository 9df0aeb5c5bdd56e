#include "tests/simulation/random_flow.hpp"

#include <string>
#include <vector>

namespace sluice::testing {
namespace {

/// A node without its edges.
struct Draft {
    std::string text;  ///< `type: ..., with: {...}, ...`
    std::vector<std::string> outcomes;
};

class FlowWriter {
  public:
    FlowWriter(Chance& chance, bool repeatable) : chance_(chance), repeatable_(repeatable) {}

    std::string list(const std::string& name) {
        std::string text = "name: " + name + "\nnodes:\n";
        for (int at = 0, count = chance_.between(1, 6); at < count; ++at) {
            const std::string id = "n" + std::to_string(at);
            text += "  - {id: " + id + ", " + draft(id, "0", false).text + "}\n";
        }
        return text + end(chance_.percent(60));
    }

    std::string graph(const std::string& name) {
        std::string text = "name: " + name + "\nnodes:\n";
        std::vector<Draft> drafts;
        early_ = !repeatable_ && chance_.percent(15);
        int joins_any = 0;
        for (int at = 0, count = chance_.between(2, 9); at < count; ++at) {
            const std::string id = "n" + std::to_string(at);
            const bool joined = at > 0 && chance_.percent(85);
            const bool any = joined && joins_any < 3 && chance_.percent(25);
            joins_any += any ? 1 : 0;
            drafts.push_back(draft(id, early_ ? "early" : "0", any));
            text += "  " + id + ": {" + drafts.back().text;
            if (any) text += ", join: any";
            if (joined) text += ", needs: {" + needs(drafts, at) + "}";
            text += "}\n";
        }
        return text + end(!repeatable_ && chance_.percent(50));
    }

    std::string machine(const std::string& name) {
        const auto body = draft("body", "${nodes.count.n}", true);
        const auto last = draft("over", "0", true);
        return "name: " + name + "\nstart: count\nnodes:\n" +
               R"(  count: {type: core.set, with: {n: "${(nodes.count?.n ?? 0) + 1}"}, next: body})"
               "\n  body: {" +
               body.text + ", next: {\"*\": more, error: more}}\n" +
               R"(  more: {type: flow.if, with: {condition: "${nodes.count.n < input.rounds}"}, )"
               "next: {\"true\": count, \"false\": over}}\n  over: {" +
               last.text + "}\n" + end(true, "join: any, max_steps: 2000");
    }

  private:
    std::string needs(const std::vector<Draft>& drafts, int at) {
        std::string text;
        for (int edges = chance_.between(1, 3), from = at; edges > 0 && from > 0; --edges) {
            from = chance_.between(0, from - 1);
            const auto& outcomes = drafts[static_cast<std::size_t>(from)].outcomes;
            const std::string outcome =
                chance_.percent(50) ? "*" : outcomes[chance_.below(outcomes.size())];
            text += (text.empty() ? "n" : ", n") + std::to_string(from) + ": \"" + outcome + "\"";
        }
        return text;
    }

    std::string end(bool stops, const std::string& settings = {}) {
        std::string text = "output: {n: \"${input.n}\"}\nsettings: {on_error: ";
        if (stops && chance_.percent(30))
            text += "retry, max_attempts: " + std::to_string(chance_.between(1, 3));
        else
            text += stops ? "stop" : "continue";
        if (!settings.empty()) text += ", " + settings;
        if (chance_.percent(20)) text += ", max_parallel: " + std::to_string(chance_.between(1, 2));
        if (!repeatable_ && chance_.percent(20))
            text += ", timeout: " + chance_.pick<std::string>({"50ms", "3s", "10m", "5h"});
        if (early_) text += ", durability: execution";
        return text + "}\n";
    }

    std::string duration() {
        return chance_.pick<std::string>({"1ms", "7ms", "40ms", "1s", "6s", "2m", "1h", "3d"});
    }

    Draft draft(const std::string& id, const std::string& iteration, bool any) {
        Draft made = kind(id, iteration, any);
        if (depth_ < 3 && !undoing_ && chance_.percent(8)) {
            ++depth_;
            undoing_ = true;
            made.text += ", compensate: {" + body(id + "u", iteration, any) + "}";
            undoing_ = false;
            --depth_;
        }
        if (chance_.percent(8))
            made.text += ", when: \"${input.bits[" + std::to_string(chance_.below(8)) + "]}\"";
        return made;
    }

    Draft kind(const std::string& id, const std::string& iteration, bool any) {
        if (depth_ < 3 && chance_.percent(depth_ == 0 ? 18 : 30))
            return composite(id, iteration, any);
        switch (chance_.below(17)) {
            case 0:
            case 1:
                return {"type: core.set, with: {n: \"${input.n}\", at: " + id + "}", {"success"}};
            case 2:
                return {"type: core.log, with: {message: \"at " + id + "\"}", {"success"}};
            case 3:
                return {"type: core.fail, with: {code: boom}", {"error"}};
            case 4:
                return {"type: flow.if, with: {condition: \"${input.bits[" +
                            std::to_string(chance_.below(8)) + "]}\"}",
                        {"true", "false"}};
            case 5:
                return {"type: flow.switch, with: {value: \"${input.word}\"}",
                        {"a", "b", "default"}};
            case 6:
            case 7:
                return {"type: flow.delay, with: {duration: " + duration() + "}", {"success"}};
            case 8:
                return approval();
            case 9:
                // Iterations would wait for the same signal.
                return depth_ == 0 ? signal(id) : call(id, iteration, any);
            case 10:
            case 11:
                return {"type: kv.increment, with: {key: \"k" + std::to_string(chance_.below(3)) +
                            "\"}",
                        {"success"}};
            case 12:
                return {"type: kv.get, with: {key: k0, default: 0}", {"success"}};
            default:
                return call(id, iteration, any);
        }
    }

    Draft composite(const std::string& id, const std::string& iteration, bool any) {
        ++depth_;
        Draft made;
        switch (chance_.below(4)) {
            case 0:
                made = parallel(id, iteration, any);
                break;
            case 1:
                made = attempt(id, iteration, any);
                break;
            case 2:
                made = iteration == "0" ? loop(id) : each(id, iteration);
                break;
            default:
                made = each(id, iteration);
                break;
        }
        --depth_;
        if (!repeatable_ && chance_.percent(15)) made.text += ", timeout: " + duration();
        return made;
    }

    /// A list or a graph without edges. Everything in it has an id of its own.
    std::string body(const std::string& id, const std::string& iteration, bool any) {
        const bool in_order = repeatable_ || chance_.percent(70);
        std::string text = in_order ? "nodes: [" : "nodes: {";
        for (int at = 0, count = chance_.between(1, 3); at < count; ++at) {
            const std::string inner = id + "x" + std::to_string(at);
            if (at > 0) text += ", ";
            text += in_order ? "{id: " + inner + ", " : inner + ": {";
            text += draft(inner, iteration, any).text + "}";
        }
        return text + (in_order ? "]" : "}");
    }

    Draft each(const std::string& id, const std::string& iteration) {
        std::string items;
        for (int at = 0, count = chance_.between(0, 4); at < count; ++at) {
            const auto letter = std::string("'") + static_cast<char>('a' + at) + "'";
            const std::string around = !iteration.starts_with("${")
                                           ? ""
                                           : iteration.substr(2, iteration.size() - 3) + " + ";
            items += (items.empty() ? "" : ", ") + around + letter;
        }
        std::string text = "type: flow.each, with: {items: \"${[" + items + "]}\"";
        const bool collect = chance_.percent(50);
        if (collect) text += ", on_error: collect";
        if (repeatable_ && !collect)
            text += ", max_parallel: 1";  // otherwise failures race
        else if (chance_.percent(50))
            text += ", max_parallel: " + std::to_string(chance_.between(1, 2));
        return {text + "}, " + body(id, early_ ? iteration : "${item}", true),
                {"success", "error"}};
    }

    Draft loop(const std::string& id) {
        const bool until = chance_.percent(50);
        return {std::string("type: flow.") + (until ? "until" : "while") +
                    ", with: {condition: \"${" + (until ? "index >= " : "index < ") +
                    std::to_string(chance_.between(0, 3)) + "}\"}, " + body(id, "${index}", true),
                {"success", "error"}};
    }

    Draft parallel(const std::string& id, const std::string& iteration, bool any) {
        std::string text = "type: flow.parallel, with: {";
        if (repeatable_)
            text += "on_error: collect";
        else
            text += "wait: " + chance_.pick<std::string>({"all", "any", "race", "2"});
        text += "}, branches: {";
        for (int at = 0, count = chance_.between(2, 3); at < count; ++at)
            text += (at > 0 ? ", b" : "b") + std::to_string(at) + ": {" +
                    body(id + "b" + std::to_string(at), iteration, any) + "}";
        return {text + "}", {"success", "error"}};
    }

    Draft attempt(const std::string& id, const std::string& iteration, bool any) {
        std::string text = "type: flow.try, " + body(id, iteration, any);
        const bool cleans = chance_.percent(60);
        if (!cleans || chance_.percent(70))
            text += ", catch: {" +
                    chance_.pick<std::string>({"\"*\"", "boom", "http_5xx", "\"timeout, boom\""}) +
                    ": {" + body(id + "c", iteration, any) + "}}";
        if (cleans) text += ", finally: {" + body(id + "f", iteration, any) + "}";
        return {text, {"success", "caught", "error"}};
    }

    Draft approval() {
        std::string text = "type: flow.approval, with: {message: well";
        if (chance_.percent(60)) text += ", approvers: [ada, bob, cy], quorum: 2";
        text += "}";
        if (!repeatable_ && chance_.percent(50)) text += ", timeout: " + duration();
        return {text, {"approved", "rejected", "timeout"}};
    }

    Draft signal(const std::string& id) {
        std::string text = "type: flow.wait, with: {name: paid, key: \"${input.n}-" + id + "\"}";
        if (!repeatable_ && chance_.percent(50)) text += ", timeout: " + duration();
        return {text, {"received", "timeout"}};
    }

    Draft call(const std::string& id, const std::string& iteration, bool any) {
        std::string text = "type: http.request, with: {url: \"http://service/${input.n}/" + id +
                           "/" + iteration + "/${execution.id}\"";
        if (any || chance_.percent(75)) text += ", method: POST, json: {n: \"${input.n}\"}";
        text += "}";
        if (chance_.percent(70)) {
            text += ", retry: {attempts: " + std::to_string(chance_.between(2, 4)) +
                    ", delay: " + chance_.pick<std::string>({"1ms", "30ms", "2s", "20s", "1h"}) +
                    ", backoff: " + chance_.pick<std::string>({"1", "2"}) +
                    ", jitter: " + chance_.pick<std::string>({"0", "0.5"}) + "}";
        }
        if (chance_.percent(40))
            text += ", timeout: " + chance_.pick<std::string>({"10ms", "500ms", "4s"});
        if (repeatable_)
            text += ", on_interrupt: retry";
        else if (chance_.percent(60))
            text += ", on_interrupt: " + chance_.pick<std::string>({"retry", "fail", "hold"});
        return {text, {"success", "error"}};
    }

    Chance& chance_;
    bool repeatable_;
    bool undoing_ = false;
    int depth_ = 0;       // of composite nodes
    bool early_ = false;  // durability `execution`: effects need not wait for the disk
};

}  // namespace

std::string random_flow(Chance& chance, const std::string& name, bool repeatable) {
    FlowWriter writer(chance, repeatable);
    switch (chance.below(5)) {
        case 0:
            return writer.list(name);
        case 1:
            return writer.machine(name);
        default:
            return writer.graph(name);
    }
}

}  // namespace sluice::testing
