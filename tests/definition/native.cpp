#include "engine/definition/native.hpp"

#include <string>
#include <vector>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/definition/catalogue.hpp"

namespace sluice::definition {
namespace {

std::string edges(const Graph& graph) {
    std::string text;
    for (const auto& edge : graph.edges)
        text += graph.nodes[edge.from].id + " -" + edge.outcome + "-> " + graph.nodes[edge.to].id +
                '\n';
    return text;
}

std::string entries(const Graph& graph) {
    std::string text;
    for (const auto entry : graph.entries) text += graph.nodes[entry].id + ' ';
    return text;
}

/// "code line:column" of each problem, for a text with the given nodes.
std::string problems(std::string_view source, const Limits& limits = {}) {
    std::string text;
    for (const auto& one : parse_yaml(source, limits).diagnostics)
        text += (text.empty() ? "" : ", ") + one.code + ' ' + std::to_string(one.line) + ':' +
                std::to_string(one.column);
    return text;
}

FlowDefinition flow(std::string_view source) {
    auto parse = parse_yaml(source);
    EXPECT_TRUE(parse.diagnostics.empty()) << describe(parse.diagnostics);
    return std::move(parse.definition);
}

TEST(NativeLanguage, ReadsEveryKey) {
    const auto read = flow(R"(
name: order-intake
namespace: shop
description: Takes orders.
labels: {team: logistics, tier: "1"}
inputs: {type: object, required: [id]}
triggers:
  hook: {type: webhook, key: orders, respond: accepted}
  by-hand: {type: manual}
nodes:
  fetch:
    type: http.request
    with: {url: "https://example.com/${input.id}"}
    when: "${input.id > 0}"
    join: any
    retry: {attempts: 3, delay: 200ms, backoff: 2, max_delay: 30s, jitter: 0.5}
    timeout: 10s
    description: Fetches.
output: {id: "${input.id}"}
settings: {durability: execution, timeout: 1h, max_parallel: 10, max_steps: 500, on_error: continue, join: any}
)");
    EXPECT_EQ(read.name, "order-intake");
    EXPECT_EQ(read.flow_namespace, "shop");
    EXPECT_EQ(read.description, "Takes orders.");
    EXPECT_EQ(read.labels.at("tier"), "1");
    EXPECT_EQ(boost::json::serialize(read.inputs), R"({"type":"object","required":["id"]})");
    ASSERT_EQ(read.webhooks.size(), 1u);
    EXPECT_EQ(read.webhooks[0].id, "hook");
    EXPECT_EQ(read.webhooks[0].key, "orders");
    EXPECT_EQ(read.webhooks[0].respond, WebhookRespond::accepted);
    ASSERT_EQ(read.graph.nodes.size(), 1u);
    const Node& node = read.graph.nodes[0];
    EXPECT_EQ(node.id, "fetch");
    EXPECT_EQ(node.type, "http.request");
    EXPECT_EQ(boost::json::serialize(node.with), R"({"url":"https://example.com/${input.id}"})");
    EXPECT_EQ(*node.when, Value("${input.id > 0}"));
    EXPECT_EQ(node.join, JoinRule::any);
    EXPECT_EQ(node.retry.attempts, 3u);
    EXPECT_EQ(node.retry.delay, std::chrono::milliseconds(200));
    EXPECT_EQ(node.retry.backoff, 2.0);
    EXPECT_EQ(node.retry.max_delay, std::chrono::seconds(30));
    EXPECT_EQ(node.retry.jitter, 0.5);
    EXPECT_EQ(node.timeout, std::chrono::seconds(10));
    EXPECT_EQ(boost::json::serialize(*read.output), R"({"id":"${input.id}"})");
    EXPECT_EQ(read.settings.durability, Durability::execution);
    EXPECT_EQ(read.settings.on_error, OnError::continue_path);
    EXPECT_EQ(read.settings.timeout, std::chrono::hours(1));
    EXPECT_EQ(read.settings.max_parallel, 10u);
    EXPECT_EQ(read.settings.max_steps, 500u);
}

TEST(NativeLanguage, RetentionIsReadAndBounded) {
    const std::string nodes = "\nnodes: [{id: x, type: core.set}]\n";
    const auto rule =
        flow("name: a\nsettings: {retention: {age: 30d, count: 1000}}" + nodes).settings.retention;
    EXPECT_EQ(rule.age, std::chrono::days(30));
    EXPECT_EQ(rule.count, 1000u);
    EXPECT_FALSE(flow("name: a" + nodes).settings.retention.limits());
    const auto wrong =
        parse_yaml("name: a\nsettings: {retention: {age: 5s, count: 0, keep: 1}}" + nodes);
    std::vector<std::string> codes;
    for (const auto& one : wrong.diagnostics) codes.push_back(one.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"out_of_range", "out_of_range", "unknown_key"}))
        << describe(wrong.diagnostics);
}

TEST(NativeLanguage, DefaultsAreThoseOfTheModel) {
    const auto read = flow("name: a\nnodes: [{id: x, type: core.set}]\n");
    EXPECT_EQ(read.flow_namespace, "default");
    EXPECT_TRUE(read.inputs.is_null());
    EXPECT_FALSE(read.output.has_value());
    EXPECT_EQ(read.settings.durability, Durability::step);
    EXPECT_EQ(read.graph.nodes[0].join, JoinRule::all);
    EXPECT_EQ(read.graph.nodes[0].retry.attempts, 1u);
    EXPECT_TRUE(read.graph.nodes[0].with.is_null());
}

TEST(NativeLanguage, ListsRunInOrder) {
    const auto graph = flow(R"(
name: a
nodes:
  - {id: one, type: core.set}
  - {id: two, type: core.set}
  - {id: three, type: flow.if, with: {condition: true}, next: {true: five}}
  - {id: four, type: core.set, needs: {three: false}}
  - {id: five, type: core.set, needs: [one]}
)")
                           .graph;
    EXPECT_EQ(
        edges(graph),
        "one -*-> two\ntwo -*-> three\nthree -true-> five\nthree -false-> four\none -*-> five\n")
        << "five says needs, four follows a node that says next";
    EXPECT_EQ(entries(graph), "one ");
}

TEST(NativeLanguage, FirstOfAListIsAnEntryEvenOnACycle) {
    const auto graph = flow(R"(
name: a
settings: {join: any}
nodes:
  - {id: one, type: core.set}
  - {id: two, type: flow.if, with: {condition: true}, next: {true: one}}
)")
                           .graph;
    EXPECT_EQ(entries(graph), "one ");
}

TEST(NativeLanguage, MapsAreJoinedByNeedsAndNext) {
    const auto graph = flow(R"(
name: a
nodes:
  b: {type: core.set, next: [c, d]}
  c: {type: core.set, needs: {b: [success, error]}}
  d: {type: core.set, next: {success: e, error: [f, e]}}
  e: {type: core.set, needs: c}
  f: {type: core.set, needs: [c]}
  z: {type: core.set}
)")
                           .graph;
    EXPECT_EQ(edges(graph),
              "b -*-> c\nb -*-> d\nb -error-> c\nd -success-> e\nd -error-> f\nd -error-> e\nc "
              "-*-> e\nc -*-> f\n")
        << "`*` covers success but not error";
    EXPECT_EQ(entries(graph), "b z ");
    EXPECT_EQ(graph.nodes[5].id, "z") << "source order";
}

TEST(NativeLanguage, SameEdgeTwiceIsOne) {
    const auto graph = flow(
                           "name: a\nnodes:\n  x: {type: core.set, next: [y, y]}\n  y: {type: "
                           "core.set, needs: x}\n")
                           .graph;
    EXPECT_EQ(edges(graph), "x -*-> y\n");
}

TEST(NativeLanguage, BooleanOutcomesAreTexts) {
    const auto yaml =
        "name: a\nnodes:\n  x: {type: flow.if, with: {condition: true}, next: {true: y, false: "
        "z}}\n"
        "  y: {type: core.set}\n  z: {type: core.set}\n";
    EXPECT_EQ(edges(flow(yaml).graph), "x -true-> y\nx -false-> z\n");
}

TEST(NativeLanguage, StartNamesEntries) {
    EXPECT_EQ(entries(flow("name: a\nstart: y\nsettings: {join: any}\nnodes:\n  x: {type: "
                           "core.set, next: y}\n  y: {type: core.set, next: x}\n")
                          .graph),
              "y ");
    EXPECT_EQ(
        entries(
            flow(
                "name: a\nstart: [y, x, y]\nnodes:\n  x: {type: core.set}\n  y: {type: core.set}\n")
                .graph),
        "y x ");
    EXPECT_EQ(problems("name: a\nstart: yy\nnodes:\n  x: {type: core.set}\n"), "unknown_node 2:8");
}

TEST(NativeLanguage, ReportsEveryProblemAtOnce) {
    const auto parse = parse_yaml(R"(name: Order Intake
descripton: x
labels: {a: 1}
inputs: {type: objekt}
triggers: {hook: {type: schedule, cron: "* * * * *"}, w: {type: webhook}}
nodes:
  a: {type: core.sett, next: b}
  b: {type: flow.if, with: {conditon: 1}, next: {ture: c, true: d}}
  c: {type: core.log, with: {message: hi, level: loud}, timeout: 5, retry: {attempts: 0}}
settings: {durability: steps, max_steps: 0}
)");
    std::vector<std::string> codes;
    for (const auto& one : parse.diagnostics) codes.push_back(one.code);
    EXPECT_EQ(codes,
              (std::vector<std::string>{
                  "invalid_name", "unknown_key", "wrong_type", "invalid_schema",
                  "unknown_trigger_type", "missing_key", "unknown_node_type", "invalid_parameter",
                  "invalid_parameter", "unknown_outcome", "unknown_node", "invalid_parameter",
                  "invalid_duration", "out_of_range", "unknown_value", "out_of_range"}))
        << describe(parse.diagnostics);
    EXPECT_TRUE(has_errors(parse.diagnostics));
}

TEST(NativeLanguage, SuggestsWhatWasMeant) {
    const auto suggestion = [](std::string_view source, std::string_view code) {
        const auto parse = parse_yaml(source);
        const auto* found = find(parse.diagnostics, code);
        return found == nullptr ? "no " + std::string(code) + '\n' + describe(parse.diagnostics)
                                : found->suggestion;
    };
    EXPECT_EQ(suggestion("name: Order Intake\nnodes: [{id: a, type: core.set}]", "invalid_name"),
              "write `order-intake`");
    EXPECT_EQ(suggestion("name: a\nnode: [{id: a, type: core.set}]", "unknown_key"),
              "write `nodes`");
    EXPECT_EQ(suggestion("name: a\nnodes: [{id: a, type: core.sett}]", "unknown_node_type"),
              "write `core.set`");
    EXPECT_EQ(
        suggestion("name: a\nnodes: [{id: alpha, type: core.set, next: alhpa}]", "unknown_node"),
        "write `alpha`");
    EXPECT_EQ(suggestion("name: a\nnodes: [{id: a, type: core.set, next: {sucess: a}}]",
                         "unknown_outcome"),
              "write `success`");
    EXPECT_EQ(
        suggestion("name: a\nnodes: [{id: a, type: core.set, timeout: 5}]", "invalid_duration"),
        "write 5s");
    EXPECT_EQ(
        suggestion("name: a\nnodes: [{id: a, type: core.set, when: input.x}]", "invalid_when"),
        "write \"${input.x}\"");
    EXPECT_EQ(
        suggestion("name: a\nnodes: [{id: a, type: core.log, with: {message: x, levle: info}}]",
                   "invalid_parameter"),
        "write `level`");
    EXPECT_EQ(suggestion("name: a\nlabels: {v: 1}\nnodes: [{id: a, type: core.set}]", "wrong_type"),
              "put quotes around it");
}

TEST(NativeLanguage, ShowsCyclesUnderAll) {
    const auto parse = parse_yaml(R"(name: a
start: in
nodes:
  in: {type: core.set, next: a}
  a: {type: core.set, next: b, join: any}
  b: {type: core.set, next: c}
  c: {type: flow.if, with: {condition: true}, next: {true: a, false: out}}
  out: {type: core.set}
)");
    ASSERT_EQ(parse.diagnostics.size(), 1u) << describe(parse.diagnostics);
    const auto& one = parse.diagnostics.front();
    EXPECT_EQ(one.code, "cycle_under_all");
    EXPECT_NE(one.message.find("b → c → a → b"), std::string::npos) << one.message;
    EXPECT_NE(one.message.find("`b` and `c`"), std::string::npos) << one.message;
    EXPECT_NE(one.suggestion.find("join: any"), std::string::npos);
    EXPECT_EQ(one.line, 6u);
    EXPECT_EQ(one.path, "/nodes/b");
}

TEST(NativeLanguage, NodesMayComeBackToThemselvesUnderAny) {
    EXPECT_EQ(problems("name: a\nnodes:\n  x: {type: flow.if, with: {condition: true}, join: any, "
                       "next: {true: x}}\n"),
              "");
    EXPECT_EQ(
        problems(
            "name: a\nnodes:\n  x: {type: flow.if, with: {condition: true}, next: {true: x}}\n"),
        "cycle_under_all 3:3");
}

TEST(NativeLanguage, EveryNodeMustBeReachable) {
    EXPECT_EQ(problems("name: a\nstart: x\nnodes:\n  x: {type: core.set}\n  y: {type: core.set}\n"),
              "unreachable_node 5:3");
    EXPECT_EQ(problems("name: a\nsettings: {join: any}\nnodes:\n  x: {type: core.set, next: y}\n  "
                       "y: {type: core.set, next: x}\n"),
              "no_entry 3:1");
    EXPECT_EQ(problems("name: a\nsettings: {join: any}\nnodes:\n  z: {type: core.set}\n  x: {type: "
                       "core.set, next: y}\n  y: {type: core.set, next: x}\n"),
              "unreachable_node 5:3, unreachable_node 6:3");
}

TEST(NativeLanguage, NamesMustFit) {
    EXPECT_EQ(problems("name: a\nnodes:\n  2x: {type: core.set}\n"), "invalid_name 3:3");
    EXPECT_EQ(problems("name: a\nnodes:\n  - {id: x y, type: core.set}\n"), "invalid_name 3:10");
    EXPECT_EQ(
        problems("name: a\nnodes:\n  - {id: x, type: core.set}\n  - {id: x, type: core.set}\n"),
        "duplicate_node 4:10");
    EXPECT_EQ(problems("name: a\nnodes:\n  - {type: core.set}\n"), "missing_key 3:5");
    EXPECT_EQ(problems("name: a\nnodes: {x: {id: x, type: core.set}}\n"), "unknown_key 2:13");
    EXPECT_EQ(problems("name: " + std::string(201, 'a') + "\nnodes: [{id: x, type: core.set}]"),
              "invalid_name 1:7");
    EXPECT_EQ(problems("name: a\nnamespace: A\nnodes: [{id: x, type: core.set}]"),
              "invalid_name 2:12");
    EXPECT_EQ(
        problems(
            "name: a\ntriggers: {h: {type: webhook, key: a/b}}\nnodes: [{id: x, type: core.set}]"),
        "invalid_name 2:36");
    EXPECT_EQ(problems("name: a\ntriggers: {h: {type: webhook, key: k}, i: {type: webhook, key: "
                       "k}}\nnodes: [{id: x, type: core.set}]"),
              "duplicate_trigger 2:64");
}

TEST(NativeLanguage, ShapesMustFit) {
    EXPECT_EQ(problems("[1, 2]"), "wrong_type 1:1");
    EXPECT_EQ(problems("text"), "wrong_type 1:1");
    EXPECT_EQ(problems("name: a\nnodes: 5\n"), "wrong_type 2:8");
    EXPECT_EQ(problems("name: a\nnodes: []\n"), "no_nodes 2:8");
    EXPECT_EQ(problems("name: a\nnodes: {}\n"), "no_nodes 2:8");
    EXPECT_EQ(problems("name: a\nnodes: [x, {id: y, type: core.set, with: 5}]\n"),
              "wrong_type 2:9, wrong_type 2:42");
    EXPECT_EQ(problems("{}"), "missing_key 1:1, missing_key 1:1");
    EXPECT_EQ(problems("name: a\nnodes:\n  x: {type: core.set, next: 5, needs: [[x]]}\n"),
              "wrong_type 3:29, wrong_type 3:40");
    EXPECT_EQ(problems("name: a\nnodes:\n  x: {type: core.set, retry: {attempts: 2, max_delay: 1s, "
                       "delay: 2s, backoff: 0.5, jitter: 2}}\n"),
              "out_of_range 3:55, out_of_range 3:79, out_of_range 3:92");
    EXPECT_EQ(problems("name: a\nnodes:\n  x: {type: core.set, when: 5, timeout: 0, join: some}\n"),
              "wrong_type 3:29, out_of_range 3:41, unknown_value 3:50");
}

TEST(NativeLanguage, ChecksParametersThatHoldNoExpression) {
    const auto with = [](std::string_view parameters) {
        return problems(
            "name: a\nnodes:\n  x: {type: http.request, with: " + std::string(parameters) + "}\n");
    };
    EXPECT_EQ(with("{url: http://x, max_response_bytes: 0}"), "invalid_parameter 3:49");
    EXPECT_EQ(with("{url: http://x, max_response_bytes: '${input.most}'}"), "");
    EXPECT_EQ(with("{url: '${env.X}', method: SEND}"), "invalid_parameter 3:51");
    EXPECT_EQ(with("{method: '${input.method}'}"), "invalid_parameter 3:27")
        << "a missing one is missing whatever the others become";
    EXPECT_EQ(with("{url: '${env.X}', ulr: 1}"), "invalid_parameter 3:51");
    EXPECT_EQ(problems("name: a\nnodes:\n  x: {type: http.request}\n"), "invalid_parameter 3:6");
}

TEST(NativeLanguage, InputsMustBeASchema) {
    const auto parse = parse_yaml(
        "name: a\ninputs:\n  type: object\n  properties:\n    n: {type: intger}\n    m: {minimum: "
        "x}\nnodes: [{id: x, type: core.set}]\n");
    ASSERT_EQ(parse.diagnostics.size(), 2u) << describe(parse.diagnostics);
    EXPECT_EQ(parse.diagnostics[0].path, "/inputs/properties/n/type");
    EXPECT_EQ(parse.diagnostics[0].line, 5u);
    EXPECT_EQ(parse.diagnostics[1].path, "/inputs/properties/m/minimum");
    EXPECT_EQ(problems("name: a\ninputs: 5\nnodes: [{id: x, type: core.set}]\n"), "wrong_type 2:9");
}

TEST(NativeLanguage, LimitsAreKept) {
    Limits limits;
    limits.nodes = 2;
    EXPECT_EQ(problems("name: a\nnodes: [{id: x, type: core.set}, {id: y, type: core.set}, {id: z, "
                       "type: core.set}]\n",
                       limits),
              "too_many_nodes 2:8");
    limits = {};
    limits.edges = 1;
    EXPECT_EQ(problems("name: a\nnodes: [{id: x, type: core.set}, {id: y, type: core.set}, {id: z, "
                       "type: core.set}]\n",
                       limits),
              "too_many_edges 2:8");
    limits = {};
    limits.diagnostics = 3;
    const auto parse = parse_yaml(
        "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nname: a\nnodes: [{id: x, type: core.set}]\n", limits);
    ASSERT_EQ(parse.diagnostics.size(), 4u);
    EXPECT_EQ(parse.diagnostics.back().code, "more_problems");
    EXPECT_EQ(parse.diagnostics.back().message, "2 more problems are not listed");
}

TEST(NativeLanguage, GoesOnAfterDuplicateKeys) {
    EXPECT_EQ(problems("name: a\nname: b\nnodes: [{id: x, type: core.sett}]\n"),
              "duplicate_key 2:1, unknown_node_type 3:23");
}

TEST(NativeLanguage, LargeFlowsAreReadQuickly) {
    std::string source = "name: large\nnodes:\n";
    for (int at = 0; at < 5'000; ++at)
        source += "  - {id: n" + std::to_string(at) +
                  ", type: core.set, with: {n: " + std::to_string(at) + "}}\n";
    const auto read = flow(source);
    EXPECT_EQ(read.graph.nodes.size(), 5'000u);
    EXPECT_EQ(read.graph.edges.size(), 4'999u);
}

}  // namespace
}  // namespace sluice::definition
