#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// Every bound on what comes from outside, with its default and what happens when it is reached.
/// Configuration may change those marked (set); the others protect the process itself.
struct Limits {
    // Definitions: more is refused with a diagnostic.
    std::size_t source_bytes = 1u << 20;
    std::size_t source_depth = 64;
    std::size_t source_values = 100'000;  ///< values in one document after aliases are expanded
    std::size_t nodes = 5'000;
    std::size_t edges = 50'000;
    std::size_t name_length = 200;
    std::size_t diagnostics = 200;  ///< further problems are counted, not listed
    std::uint32_t retry_attempts = 1'000;
    std::size_t retry_patterns = 50;  ///< in one `retry.on`

    // Data: more is refused (input) or fails the node (output).
    std::size_t input_bytes = 16u << 20;  ///< (set) body of a start or webhook: 413
    std::size_t value_depth = 64;
    std::size_t output_bytes = 16u << 20;  ///< (set) one node's output, encoded
    std::size_t output_depth = 256;        ///< levels of one node's output

    // Data nodes, which run on the loop's thread: more fails the node with `data_too_large`.
    std::size_t data_text_bytes = 1u << 20;     ///< of a text that is parsed or searched
    std::size_t data_items = 100'000;           ///< of a list; values that a parsed text holds
    std::size_t data_rules = 100;               ///< sort keys, comparisons, fields of one node
    std::size_t data_rule_depth = 16;           ///< of comparisons, and of parts of a path
    std::size_t data_matches = 10'000;          ///< of a pattern in one text
    std::size_t data_search_bytes = 16u << 20;  ///< x 10 ns: work of patterns in all searches

    // Large values: nothing is refused, they are kept apart from the journal.
    std::size_t artifact_bytes = 64u << 10;  ///< an input or output over this is an artifact
    std::size_t uncommitted_bytes =
        8u << 20;  ///< of artifacts of one execution; with more its next node waits for the disk

    // JSON Schema: a value that needs more is refused.
    std::size_t schema_steps = 1'000'000;  ///< subschemas applied in one validation
    std::size_t schema_depth = 1'000;      ///< subschemas applied within each other
    std::size_t schema_violations = 100;   ///< further ones are not listed

    // Expressions: an evaluation over its budget fails with `expression_budget`.
    std::size_t expression_length = 32u << 10;
    std::uint32_t expression_depth = 100;
    std::uint32_t expression_steps = 100'000;
    std::size_t expression_bytes = 8u << 20;
    std::size_t expression_text = 4u << 20;    ///< bytes of the longest text that one makes
    std::size_t expression_items = 1'000'000;  ///< elements of the longest array that one makes

    // Secrets: other ones are refused when they are given.
    std::size_t secrets = 1'000;
    std::size_t secret_name_length = 64;
    std::size_t secret_least_bytes = 8;  ///< a shorter one stands in many a text by chance
    std::size_t secret_bytes = 4u << 10;
    std::size_t secrets_bytes = 64u << 10;  ///< of all together: a byte costs about 1 KB of memory

    // Executions.
    std::uint32_t max_steps =
        100'000;  ///< node runs of one execution, unless its settings say otherwise
    std::uint32_t max_steps_ceiling = 1'000'000;
    std::size_t nested_blocks = 20;          ///< levels of composite nodes within each other
    std::uint32_t iterations = 100'000;      ///< of one `flow.each`; more: `too_many_items`
    std::uint32_t loop_iterations = 10'000;  ///< of a loop, unless its `max_iterations` says
    std::chrono::milliseconds cleanup_bound{
        600'000};  ///< `finally` of an ending execution may take so long; then it is killed
    std::uint32_t max_parallel = 1'000;  ///< effectful nodes of one execution at once
    std::size_t queued_executions =
        1'000'000;  ///< that wait for a place under a concurrency limit; more: 503
    std::uint32_t pure_nodes_a_turn = 64;    ///< then the loop serves others first
    std::size_t live_executions = 100'000;   ///< (set) more starts: 503 with Retry-After
    std::size_t log_line_bytes = 16u << 10;  ///< a longer line is cut, and says so
    std::size_t log_lines =
        10'000;  ///< per execution; further lines are dropped after one that says so

    // Waiting.
    std::chrono::milliseconds passivate_after{
        5'000};  ///< (set) an execution that only waits leaves memory after this
    std::size_t waiting_in_memory = 10'000;    ///< of more, each leaves at once
    std::size_t due_holds_in_memory = 20'000;  ///< the near future; the store has the rest
    std::chrono::milliseconds longest_hold{std::chrono::hours(24 * 366 * 10)};
    std::size_t approvers = 100;                       ///< of one approval
    std::size_t signal_bytes = 64u << 10;              ///< payload of a signal: 413
    std::size_t kept_signals = 10'000;                 ///< that nobody waits for yet; more: 503
    std::chrono::milliseconds signal_keep{3'600'000};  ///< unless the sender says
    std::chrono::milliseconds signal_keep_ceiling{86'400'000};  ///< longest a sender may say

    // Entries (plain durable values under keys).
    std::size_t entry_key_length = 255;             ///< bytes; a longer key is refused
    std::size_t entry_bytes = 64u << 10;            ///< of a value as JSON; a larger one is refused
    std::size_t entries = 100'000;                  ///< of a namespace; a further one is refused
    std::size_t entries_in_memory = 10'000;         ///< of more, those on disk leave
    std::size_t entry_bytes_in_memory = 16u << 20;  ///< the same
    std::size_t entry_bytes_waiting =
        8u << 20;  ///< of changes that are not on disk; with more, nodes that use entries wait
    std::chrono::milliseconds longest_entry_ttl{std::chrono::hours(24 * 366 * 10)};

    // Recovery.
    std::uint32_t recoveries =
        5;  ///< of one execution without progress; with more it is a suspect, and recovered alone
    std::uint32_t recoveries_alone = 3;  ///< interrupted each time without progress: `crash_loop`
    std::chrono::milliseconds alone_bound{
        10'000};  ///< then the next suspect goes on, and this one's interruptions are forgiven
    std::uint32_t recovery_rate = 200'000;  ///< executions a second that go on after a restart

    // Starting once.
    std::size_t start_key_length = 255;                      ///< longer: 400
    std::chrono::milliseconds start_key_window{86'400'000};  ///< (set) a key is remembered so long

    // Store queue: more starts are refused with 503 and Retry-After; running executions wait.
    std::size_t queue_rows = 50'000;
    std::size_t queue_bytes = 256u << 20;
    std::size_t store_calls =
        10'000;  ///< reads and record writes that wait at once; more fail with `store_busy`

    // HTTP server.
    std::size_t connections = 10'000;                  ///< (set) more are closed at once
    std::size_t header_bytes = 16u << 10;              ///< 431
    std::size_t header_fields = 128;                   ///< 431
    std::size_t body_bytes = 16u << 20;                ///< (set) 413
    std::size_t target_bytes = 8u << 10;               ///< 414
    std::chrono::milliseconds header_timeout{10'000};  ///< 408, from the first byte of a request
    std::chrono::milliseconds body_timeout{30'000};    ///< 408, unless `transfer_rate` is kept
    std::chrono::milliseconds idle_timeout{75'000};    ///< the connection is closed
    std::chrono::milliseconds write_timeout{30'000};   ///< closed, unless `transfer_rate` is kept
    std::size_t transfer_rate = 1'024;                 ///< least bytes a second of a long transfer
    std::chrono::milliseconds linger_timeout{2'000};   ///< how long a closed request may still send
    std::chrono::milliseconds wait_ceiling{300'000};   ///< longest `?wait=`
    std::chrono::milliseconds webhook_wait{
        30'000};  ///< a synchronous webhook answers 202 after this

    // HTTP client.
    std::size_t client_response_bytes =
        16u << 20;  ///< (set) the node fails with `http_response_too_large`
    std::size_t client_header_bytes = 64u << 10;
    std::size_t client_redirects = 10;
    std::size_t client_connections_a_host = 1'024;  ///< further calls wait for one of them
    std::size_t client_connections = 8'192;         ///< (set) of all hosts together; the same
    std::size_t client_waiting = 100'000;  ///< calls that wait; more fail with `http_client_busy`
    std::chrono::milliseconds client_timeout{30'000};
    std::chrono::milliseconds client_connect_timeout{10'000};
    std::chrono::milliseconds client_idle_timeout{30'000};

    // Code nodes. What comes from a script host is bounded by the host itself; a host that does not
    // keep to it is ended.
    std::size_t script_hosts = 2;        ///< (set) processes that run code; further calls wait
    std::size_t script_waiting = 1'000;  ///< calls that wait; more fail with `script_busy`
    std::chrono::milliseconds script_wait{60'000};              ///< then `script_busy`, too
    std::chrono::milliseconds script_timeout{10'000};           ///< of a call, unless its node says
    std::chrono::milliseconds script_timeout_ceiling{300'000};  ///< longest a node may say
    std::chrono::milliseconds script_cpu{5'000};     ///< a call computes so long: `script_timeout`
    std::size_t script_memory_bytes = 64u << 20;     ///< of a call, unless its node says
    std::size_t script_memory_ceiling = 512u << 20;  ///< most a node may say
    std::size_t script_code_bytes = 256u << 10;      ///< `script_too_large`
    std::size_t code_modules = 32;                   ///< of a flow; texts together as one node's
    std::chrono::milliseconds script_check{5'000};   ///< validation waits so long for a host
    std::size_t script_message_bytes = 4u << 20;     ///< what goes in or out: `script_too_large`
    std::uint32_t script_log_lines = 1'000;          ///< of a call; further ones are counted
    std::uint32_t script_calls = 1'000;              ///< of `sleep` and `http` in one call
    std::uint32_t script_open_calls = 100;           ///< of these, at once
    std::chrono::milliseconds script_idle{30'000};   ///< a host that is not used ends
    std::chrono::milliseconds script_start{10'000};  ///< a host that is not ready by then is ended
    std::chrono::milliseconds script_grace{1'000};   ///< beyond its deadline; then it is killed

    // WebSockets. They count as connections, too.
    std::size_t web_socket_messages =
        1'000;  ///< that wait for one peer; with more it is closed with 1008, then cut
    std::size_t web_socket_bytes = 4u << 20;            ///< of these messages; the same
    std::size_t web_socket_message_bytes = 1u << 20;    ///< one that a peer sends: closed with 1009
    std::chrono::milliseconds web_socket_idle{30'000};  ///< of silence; then the peer is pinged
    std::chrono::milliseconds web_socket_pong{
        10'000};  ///< it has so long to answer; then it is cut
    std::chrono::milliseconds web_socket_close{
        2'000};  ///< of a close that is not answered; the same

    // Cross-origin requests.
    std::chrono::seconds preflight_keep{600};  ///< how long a browser may rely on a preflight
};

}  // namespace sluice
