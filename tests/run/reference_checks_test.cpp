#include <string>

#include <gtest/gtest.h>

#include "engine/engine.hpp"

namespace sluice {
namespace {

/// "severity code line:column message | suggestion" of each diagnostic of a flow.
std::string diagnostics(std::string_view source) {
    asio::io_context loop(1);
    Engine engine(loop);
    std::string text;
    const auto compiled = engine.flows().compile({std::string(source)});
    for (const auto& one : compiled.diagnostics) {
        text += std::string(one.severity == Severity::error ? "error " : "warning ") + one.code +
                ' ' + std::to_string(one.line) + ':' + std::to_string(one.column) + ' ' +
                one.message + " | " + one.suggestion + '\n';
    }
    return text;
}

TEST(References, ToNodesThatRunLaterAreErrors) {
    EXPECT_EQ(diagnostics(R"(name: f
nodes:
  - {id: a, type: core.set, with: {n: "${1 + nodes.b.n}"}}
  - {id: b, type: core.set, with: {n: 1}}
)"),
              "error node_runs_later 3:46 `nodes.b` has no output here: b runs after a | name a "
              "node before it\n");
    EXPECT_EQ(diagnostics(R"(name: f
nodes:
  - {id: a, type: core.set, with: {n: "${nodes.a.n}"}}
)"),
              "error node_runs_later 3:42 `nodes.a` is this node itself, which has no output yet | "
              "name a node "
              "before it\n");
}

TEST(References, ToNodesThatNothingOrdersAreWarnings) {
    EXPECT_EQ(diagnostics(R"(name: f
nodes:
  begin: {type: core.set, with: {n: 1}}
  left: {type: core.set, needs: begin, with: {n: 2}}
  right: {type: core.set, needs: begin, when: "${nodes.left.n > 1}"}
)"),
              "warning node_perhaps_later 5:50 nothing makes sure that left has run before right | "
              "write needs: left "
              "at the node right\n");
}

TEST(References, InCyclesAndToNodesBeforeAreFine) {
    EXPECT_EQ(diagnostics(R"(name: f
start: count
nodes:
  count: {type: core.set, join: any, with: {n: "${(nodes.count?.n ?? 4) - 1}"}, next: more}
  more: {type: flow.if, join: any, with: {condition: "${nodes.count.n > 0}"}, next: {true: count, false: over}}
  over: {type: core.set, with: {n: "${nodes.count.n}"}}
output: "${nodes.over.n}"
)"),
              "");
}

TEST(References, ToFieldsThatATypeDoesNotPutOutAreWarnings) {
    EXPECT_EQ(
        diagnostics(R"(name: f
nodes:
  - {id: call, type: http.request, with: {url: "http://localhost/"}}
  - {id: names, type: core.set, with: {total: 1, "inner": {first: 2}}}
  - {id: log, type: core.log, with: {message: 'é ${nodes.call.bdy} ${nodes.names.inner.frist} ${nodes.names.total.x}'}}
output: ${nodes.call.status + nodes.names.tota}
)"),
        "warning unknown_output 5:52 `nodes.call` has nothing named `bdy` | did you mean `body`?\n"
        "warning unknown_output 5:70 `nodes.names.inner` has nothing named `frist` | did you mean "
        "`first`?\n"
        "warning unknown_output 6:31 `nodes.names` has nothing named `tota` | did you mean "
        "`total`?\n");
}

TEST(References, ProblemsOfExpressionsHaveTheirColumn) {
    EXPECT_EQ(diagnostics(R"(name: f
nodes:
  - {id: a, type: core.set, with: {n: "${input.a + inptu.b}"}}
output: |
  ${Math.flor(1)}
)"),
              "error unknown_name 3:52 unknown name `inptu` | did you mean `input`?\n"
              "error unknown_function 5:5 there is no function `Math.flor` here | did you mean "
              "`Math.floor`?\n");
}

}  // namespace
}  // namespace sluice
