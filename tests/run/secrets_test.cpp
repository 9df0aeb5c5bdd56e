// Secrets reach the nodes of a flow, and nothing of an execution that anybody can read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/nodes/http_fields.hpp"

#include "tests/run/after_crash.hpp"
#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* token = "s3cr3t-token";

Simulation::Setup with_secrets() {
    Simulation::Setup setup;
    setup.secrets = {{"TOKEN", token}, {"OTHER", "something-else"}};
    return setup;
}

/// Everything that the store holds of an execution, as text.
std::string stored(Simulation& simulation, const Watched& watched) {
    std::string text;
    for (const auto& chunk : simulation.run(simulation.store.journal(watched.execution->id)))
        text += chunk.chunk;
    for (const auto& hold : simulation.run(simulation.store.holds({})))
        text += hold.name + hold.key + hold.details;
    return text;
}

TEST(Secrets, AreSentAndNotStored) {
    Simulation simulation(with_secrets());
    simulation.http.reply("http://crm.test/", 200, R"({"echo": "Bearer s3cr3t-token"})");
    const auto run = simulation.finish(R"(
name: call
nodes:
  - {id: call, type: http.request, with: {url: "http://crm.test/", headers: {Authorization: "Bearer ${secrets.TOKEN}"}}}
  - {id: next, type: core.set, with: {got: "${nodes.call.body.echo}", own: "${secrets['TOKEN']}"}}
output: {all: "${nodes.next}", again: "${btoa('x:' + secrets.TOKEN)}"}
)");
    EXPECT_EQ(run->status(), "succeeded");
    ASSERT_EQ(simulation.http.requests.size(), 1U);
    EXPECT_EQ(*find_http_header(simulation.http.requests[0].headers, "Authorization"),
              "Bearer s3cr3t-token");
    EXPECT_THAT(run->result(),
                HasSubstr(R"("got":"Bearer [redacted:TOKEN]","own":"[redacted:TOKEN]")"));
    EXPECT_THAT(run->result(), HasSubstr("[redacted:TOKEN]\"}"));
    EXPECT_THAT(stored(simulation, *run), Not(HasSubstr(token)));
}

TEST(Secrets, OfWhichAFlowReadsNoneAreNoneOfItsBusiness) {
    Simulation simulation(with_secrets());
    const auto run = simulation.finish(R"(
name: plain
nodes: [{id: a, type: core.set, with: {x: "${input.x}", token: s3cr3t-token}}]
)",
                                       Object{{"x", "something-else"}});
    EXPECT_EQ(run->result(), R"({"x":"something-else","token":"s3cr3t-token"})");
    EXPECT_FALSE(run->execution->redaction);
}

TEST(Secrets, AreRedactedOnlyWhereTheFlowReadsThem) {
    Simulation simulation(with_secrets());
    const auto run = simulation.finish(R"(
name: one
nodes: [{id: a, type: core.set, with: {x: "${secrets.TOKEN} something-else"}}]
)");
    EXPECT_EQ(run->result(), R"({"x":"[redacted:TOKEN] something-else"})");
    const auto all = simulation.finish(R"(
name: all
nodes: [{id: a, type: core.set, with: {x: "${secrets[input.name]} something-else"}}]
)",
                                       Object{{"name", "TOKEN"}});
    EXPECT_EQ(all->result(), R"({"x":"[redacted:TOKEN] [redacted:OTHER]"})");
}

TEST(Secrets, ThatAreUnknownFailTheNodeThatReadsThem) {
    Simulation simulation(with_secrets());
    const auto run = simulation.finish(R"(
name: unknown
nodes: [{id: a, type: core.set, with: {x: "${secrets.MISSING ?? 1}"}}]
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "unknown_secret");
    const std::string error = to_json(run->execution->state.error());
    EXPECT_THAT(error, HasSubstr("`MISSING`"));
    EXPECT_THAT(error, HasSubstr("SLUICE_SECRET_MISSING"));
    const auto other = simulation.finish(R"(
name: not-read
nodes: [{id: a, type: core.set, with: {x: "${input.live ? secrets.MISSING : secrets.TOKEN}"}}]
)");
    EXPECT_EQ(other->status(), "succeeded");
}

TEST(Secrets, ThatAreUnknownAreWarnedOf) {
    Simulation simulation(with_secrets());
    const auto compiled = simulation.engine.flows().compile({R"(
name: warned
nodes:
  - {id: a, type: core.set, with: {x: "${secrets.TOKEM}", y: "${secrets.TOKEN}"}}
  - {id: b, type: core.set, when: "${secrets.GONE == 1}", with: {z: "${secrets[input.x]}"}}
output: "${secrets.NEVER}"
)"});
    ASSERT_TRUE(compiled.program);
    ASSERT_EQ(compiled.diagnostics.size(), 3U);
    EXPECT_EQ(compiled.diagnostics[0].code, "unknown_secret");
    EXPECT_EQ(compiled.diagnostics[0].line, 4U);
    EXPECT_THAT(compiled.diagnostics[0].suggestion, HasSubstr("secrets.TOKEN"));
    EXPECT_THAT(compiled.diagnostics[1].message, HasSubstr("GONE"));
    EXPECT_THAT(compiled.diagnostics[2].suggestion, HasSubstr("SLUICE_SECRET_NEVER"));
    Simulation ignorant;
    EXPECT_TRUE(
        ignorant.engine.flows()
            .compile({"name: x\nnodes: [{id: a, type: core.set, with: {x: \"${secrets.A}\"}}]"})
            .diagnostics.empty());
}

TEST(Secrets, AreRedactedInErrorsAndLogs) {
    Simulation simulation(with_secrets());
    simulation.http.reply("http://crm.test/", 500, R"({"s3cr3t-token": "S3CR3T-TOKEN"})");
    const auto run = simulation.finish(R"(
name: errors
nodes:
  log:  {type: core.log, with: {message: "it is ${secrets.TOKEN}"}}
  call: {type: http.request, needs: log, with: {url: "http://crm.test/"}, next: {error: fail}}
  fail: {type: core.fail, with: {code: my_code, message: "no ${encodeURIComponent(secrets.TOKEN)}", details: {key: "${secrets.TOKEN}", cause: "${error.details}"}}}
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_THAT(to_json(run->execution->state.error()), HasSubstr("[redacted:TOKEN]"));
    EXPECT_THAT(to_json(run->execution->state.error()), Not(HasSubstr(token)));
    EXPECT_THAT(stored(simulation, *run), Not(HasSubstr(token)));
    EXPECT_THAT(stored(simulation, *run), Not(HasSubstr("S3CR3T")));
    EXPECT_THAT(stored(simulation, *run), HasSubstr("it is [redacted:TOKEN]"));
}

TEST(Secrets, AreRedactedBeforeALineIsCut) {
    auto setup = with_secrets();
    setup.limits.log_line_bytes = 20;
    Simulation simulation(setup);
    const auto run = simulation.finish(R"(
name: cut
nodes: [{id: log, type: core.log, with: {message: "0123456789 ${secrets.TOKEN}"}}]
)");
    EXPECT_THAT(stored(simulation, *run), Not(HasSubstr("s3cr3t-")));
}

TEST(Secrets, ThatComeInAreCheckedAndThenRedacted) {
    Simulation simulation(with_secrets());
    const auto program = simulation.flow(R"(
name: incoming
inputs: {type: object, required: [token], properties: {token: {type: string, pattern: "^s3cr3t"}}}
settings: {concurrency: {limit: 1, key: "${input.token + secrets.TOKEN}"}}
nodes: [{id: a, type: core.set, with: {got: "${input.token}", header: "${trigger.headers.x}", same: "${input.token === secrets.TOKEN}"}}]
)");
    Start start;
    start.program = program;
    start.input = Object{{"token", token}};
    start.input_json = R"({"token":"s3cr3t\u002dtoken"})";
    start.trigger_json = R"({"type":"webhook","headers":{"x":"s3cr3t\u002Dtoken"}})";
    auto started = simulation.engine.scheduler().start(std::move(start));
    ASSERT_TRUE(started);
    const auto run = simulation.watch(*started);
    simulation.settle();
    EXPECT_EQ(run->result(),
              R"({"got":"[redacted:TOKEN]","header":"[redacted:TOKEN]","same":false})");
    EXPECT_THAT(stored(simulation, *run), Not(HasSubstr("s3cr3t")));

    const auto refused = simulation.engine.start(program, Object{{"token", "x s3cr3t-token"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "invalid_input");
    EXPECT_THAT(refused.error().message + to_json(refused.error().details), Not(HasSubstr(token)));

    // A retry has what was stored, which the schema would refuse.
    auto again = simulation.run(
        simulation.engine.retry(run->execution->id, {RetryFrom::Where::start, {}}, std::nullopt));
    EXPECT_TRUE(again) << (again ? "" : again.error().message);
}

TEST(Secrets, InKeysOfStartsKeepThemIdempotent) {
    Simulation simulation(with_secrets());
    const auto program = simulation.flow(R"(
name: once
nodes: [{id: a, type: core.set, with: {x: "${secrets.TOKEN}"}}]
)");
    std::vector<Uuid> ids;
    for (int i = 0; i < 2; ++i) {
        Start start;
        start.program = program;
        start.input = Object{};
        start.trigger_json = R"({"type":"manual"})";
        start.key = "key s3cr3t-token";
        ids.push_back(simulation.run(simulation.engine.start_once(std::move(start)))->id);
    }
    EXPECT_EQ(ids[0], ids[1]);
    EXPECT_FALSE(simulation.run(simulation.store.started_with(
        program->identity().flow_number, "key s3cr3t-token", simulation.clock.wall())));
}

TEST(Secrets, InLargeValuesAreRedactedBeforeTheyAreSplitOff) {
    auto setup = with_secrets();
    setup.limits.artifact_bytes = 1'000;
    Simulation simulation(setup);
    const auto run = simulation.finish(R"(
name: large
nodes:
  - {id: a, type: core.set, with: {x: "${'.'.repeat(3000) + secrets.TOKEN + '.'.repeat(3000)}"}}
  - {id: b, type: core.set, with: {tail: "${nodes.a.x.slice(2998, 3025)}"}}
)");
    EXPECT_EQ(run->result(), R"({"tail":"..[redacted:TOKEN]........."})");
    const auto events = simulation.events(*run);
    ASSERT_TRUE(events.at(1).artifact);
    const auto content =
        simulation.run(simulation.store.artifact_value(events[1].artifact->key.hash));
    EXPECT_THAT(to_json(**content), Not(HasSubstr(token)));
}

TEST(Secrets, AreRedactedInHoldsAndWhatResolvesThem) {
    Simulation simulation(with_secrets());
    const auto run = simulation.finish(R"(
name: holds
nodes:
  - {id: ask, type: flow.approval, with: {message: "use ${secrets.TOKEN}?"}}
  - {id: wait, type: flow.wait, with: {name: done}}
)");
    EXPECT_EQ(run->status(), "waiting");
    EXPECT_THAT(stored(simulation, *run), HasSubstr("use [redacted:TOKEN]?"));
    Decision decision;
    decision.by = "ann";
    decision.comment = "it is s3cr3t-token";
    decision.approved = true;
    const auto effect = simulation.engine.scheduler().decide(*run->execution, 0, decision);
    ASSERT_TRUE(effect);
    EXPECT_THAT(to_json(effect->record), HasSubstr("it is [redacted:TOKEN]"));
    simulation.settle();
    const auto receipt =
        simulation.run(simulation.engine.signal("done", "", Object{{"t", token}}, std::nullopt));
    ASSERT_TRUE(receipt);
    simulation.settle();
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_THAT(run->result(), HasSubstr("[redacted:TOKEN]"));
    EXPECT_THAT(stored(simulation, *run), Not(HasSubstr(token)));
}

TEST(Secrets, InSignalsThatNobodyWaitsForAreRedacted) {
    Simulation simulation(with_secrets());
    ASSERT_TRUE(
        simulation.run(simulation.engine.signal("early", "", Object{{"t", token}}, std::nullopt)));
    const auto kept = simulation.run(simulation.store.kept_signals());
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].payload, R"({"t":"[redacted:TOKEN]"})");
}

TEST(Secrets, ComeBackAfterACrash) {
    const std::string flow = R"(
name: crash
nodes:
  - {id: before, type: core.set, with: {x: "${secrets.TOKEN}"}}
  - {id: call, type: http.request, with: {url: "http://crm.test/", method: POST, body: "${secrets.TOKEN} ${nodes.before.x}"}}
)";
    Simulation before(with_secrets());
    before.http.hold("http://crm.test/");
    (void)before.finish(flow);
    ASSERT_EQ(before.http.requests.size(), 1U);
    auto setup = after(before, before.commits(), flow, 1s);
    setup.secrets = with_secrets().secrets;
    Simulation simulation(setup);
    EXPECT_EQ(simulation.run(load_and_recover(simulation.engine)), 1U);
    ASSERT_EQ(simulation.http.requests.size(), 1U);
    const auto& again = simulation.http.requests[0];
    EXPECT_EQ(again.body, "s3cr3t-token [redacted:TOKEN]");
    EXPECT_EQ(*find_http_header(again.headers, "Idempotency-Key"),
              *find_http_header(before.http.requests[0].headers, "Idempotency-Key"));
}

}  // namespace
}  // namespace sluice::testing
