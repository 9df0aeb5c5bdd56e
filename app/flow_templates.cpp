#include "app/flow_templates.hpp"

#include <array>

namespace sluice::app {
namespace {

constexpr std::string_view webhook_flow = R"(# Answers whoever calls its webhook:
#   curl -s localhost:8080/hooks/my-flow -H 'Content-Type: application/json' -d '{"name": "Ada"}'
name: my-flow
description: Greets whoever asks.
inputs:
  type: object
  properties:
    name: {type: string, maxLength: 100}
triggers:
  hook: {type: webhook, key: my-flow}
nodes:
  - id: greeting
    type: core.set
    with: {text: "Hello, ${input.name ?? 'world'}!"}
  - id: reply
    type: http.respond
    with: {status: 200, body: {message: "${nodes.greeting.text}"}}
output: "${nodes.greeting.text}"
)";

constexpr std::string_view webhook_test = R"(tests:
  greets by name:
    input: {name: Ada}
    expect: {output: "Hello, Ada!"}
  greets everybody:
    expect: {status: succeeded, output: "Hello, world!"}
  refuses what is no name:
    input: {name: 7}
    expect: {refused: invalid_input}
)";

constexpr std::string_view http_flow =
    R"(# Asks another service, tries again when that fails, and says what became of it.
name: my-flow
description: Looks a customer up.
inputs:
  type: object
  required: [id]
  properties:
    id: {type: integer, minimum: 1}
nodes:
  customer:
    type: http.request
    with: {url: "http://127.0.0.1:9000/customers/${input.id}"}
    retry: {attempts: 3, delay: 1s, backoff: 2}
    timeout: 10s
    next: {success: found, error: missing}
  found:
    type: core.set
    with: {name: "${nodes.customer.body.name}"}
  missing:
    type: core.set
    with: {name: null, reason: "${error.message}"}
output: "${nodes.found ?? nodes.missing}"
)";

constexpr std::string_view http_test = R"(defaults:
  input: {id: 7}
tests:
  finds the customer:
    mocks:
      customer: {output: {status: 200, headers: {}, body: {name: Ada}}}
    expect: {status: succeeded, output: {name: Ada}}
  tries again:
    mocks:
      customer: [{error: {status: 503}}, {output: {status: 200, headers: {}, body: {name: Ada}}}]
    expect: {output: {name: Ada}, nodes: {customer: {attempts: 2}}}
  says why there is none:
    mocks:
      customer: {error: {code: http_404, message: there is none, retryable: false}}
    expect: {output: {name: null, reason: there is none}}
)";

constexpr std::string_view approval_flow =
    R"(# Waits for somebody to decide, for two days at most; waiting costs nothing and survives restarts.
name: my-flow
description: Has an order approved.
inputs:
  type: object
  required: [order]
  properties:
    order: {type: string}
nodes:
  ask:
    type: flow.approval
    with: {message: "Ship order ${input.order}?"}
    timeout: 2d
    next: {approved: ship, rejected: drop, timeout: drop}
  ship:
    type: core.set
    with: {state: shipped}
  drop:
    type: core.set
    join: any
    with: {state: dropped}
output: "${nodes.ship?.state ?? nodes.drop.state}"
)";

constexpr std::string_view approval_test = R"(defaults:
  input: {order: A-1}
tests:
  ships what is approved:
    decide: {ask: {after: 1d, outcome: approved, by: eve}}
    expect: {status: succeeded, output: shipped}
  drops what is rejected:
    decide: {ask: {outcome: rejected, by: eve}}
    expect: {output: dropped}
  drops what nobody decides:
    expect: {output: dropped, duration: 2d}
)";

constexpr std::string_view loop_flow =
    R"(# Does the same for every item, ten at once; one that fails does not stop the others.
name: my-flow
description: Sends every item somewhere.
inputs:
  type: object
  required: [items]
  properties:
    items: {type: array}
nodes:
  - id: all
    type: flow.each
    with: {items: "${input.items}", max_parallel: 10, on_error: collect}
    nodes:
      - id: send
        type: http.request
        with: {method: POST, url: "http://127.0.0.1:9000/items", json: "${item}"}
        retry: {attempts: 3}
    output: "${nodes.send.status}"
output: {sent: "${nodes.all.count - nodes.all.failed}", failed: "${nodes.all.failed}"}
)";

constexpr std::string_view loop_test = R"(defaults:
  input: {items: [a, b, c]}
tests:
  sends all:
    mocks:
      send: {output: {status: 201, headers: {}, body: null}}
    expect: {status: succeeded, output: {sent: 3, failed: 0}}
  goes on when one fails:
    http:
      - {when: {body: b}, answer: {status: 400}}
      - {answer: {status: 201}}
    expect: {output: {sent: 2, failed: 1}}
)";

constexpr std::string_view code_flow = R"(# Computes in JavaScript what is more than an expression.
name: my-flow
description: Sums numbers up by their group.
inputs:
  type: object
  required: [rows]
  properties:
    rows: {type: array}
nodes:
  - id: sums
    type: code.javascript
    with:
      input: "${input.rows}"
      code: |
        const sums = {};
        for (const row of input)
            sums[row.group] = (sums[row.group] ?? 0) + row.amount;
        return sums;
output: "${nodes.sums}"
)";

constexpr std::string_view code_test = R"(tests:
  sums by group:
    input: {rows: [{group: a, amount: 1}, {group: b, amount: 2}, {group: a, amount: 3}]}
    expect: {status: succeeded, output: {a: 4, b: 2}}
  has nothing to sum:
    input: {rows: []}
    expect: {output: {}}
)";

}  // namespace

std::span<const FlowTemplate> flow_templates() {
    static constexpr std::array<FlowTemplate, 5> templates{
        {{"webhook", "a webhook that answers", "--input name=Ada", webhook_flow, webhook_test},
         {"http", "a call with retries and an error edge", "--input id=7", http_flow, http_test},
         {"approval", "a decision of people with a deadline", "--input order=A-1", approval_flow,
          approval_test},
         {"loop", "the same for every item", "--input 'items=[\"a\",\"b\"]'", loop_flow, loop_test},
         {"code", "JavaScript", "--input 'rows=[{\"group\":\"a\",\"amount\":1}]'", code_flow,
          code_test}}};
    return templates;
}

}  // namespace sluice::app
