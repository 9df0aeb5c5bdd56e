#include "http/api/error_response.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/member.hpp"
#include "http/server/problem.hpp"

namespace sluice::http {
namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 46> statuses{{
    {"invalid_json", 400},         {"json_too_deep", 400},
    {"invalid_request", 400},      {"invalid_parameter", 400},
    {"invalid_body", 400},         {"flow_not_found", 404},
    {"revision_not_found", 404},   {"execution_not_found", 404},
    {"webhook_not_found", 404},    {"flow_name_taken", 409},
    {"webhook_key_taken", 409},    {"revision_conflict", 412},
    {"execution_ended", 409},      {"flow_unusable", 409},
    {"invalid_input", 422},        {"invalid_flow", 422},
    {"output_too_large", 413},     {"execution_cancelled", 409},
    {"execution_timed_out", 504},  {"overloaded", 503},
    {"shutting_down", 503},        {"store_full", 503},
    {"store_failed", 503},         {"store_busy", 503},
    {"hold_not_found", 404},       {"hold_resolved", 409},
    {"not_an_approver", 403},      {"already_decided", 409},
    {"invalid_form", 422},         {"execution_paused", 409},
    {"execution_not_paused", 409}, {"signal_too_large", 413},
    {"too_many_signals", 503},     {"invalid_idempotency_key", 400},
    {"execution_running", 409},    {"node_not_found", 404},
    {"concurrency_limit", 429},    {"rate_limit", 429},
    {"store_corrupt", 503},        {"invalid_concurrency_key", 422},
    {"artifact_not_found", 404},   {"range_not_satisfiable", 416},
    {"kv_not_found", 404},         {"kv_conflict", 412},
    {"kv_value_too_large", 413},   {"kv_namespace_full", 409},
}};

constexpr std::chrono::seconds store_retry_after{5};

}  // namespace

unsigned status_of(std::string_view code) {
    const auto* const found =
        std::find_if(statuses.begin(), statuses.end(),
                     [code](const auto& entry) { return entry.first == code; });
    return found == statuses.end() ? 500 : found->second;
}

std::optional<std::chrono::seconds> retry_after_of(const Error& error) {
    const Value* const wait = find_member(error.details, "retry_after_ms");
    if (wait == nullptr) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(
        std::chrono::milliseconds(wait->to_number<std::int64_t>()));
}

Response error_response(const Error& error) {
    // A start that its flow's settings say to skip is no failure of the caller.
    if (error.code == "execution_skipped")
        return Response::json(
            200, Object{{"skipped", true}, {"reason", error.message}, {"details", error.details}});
    Problem problem = Problem::from(status_of(error.code), error);
    problem.retry_after = retry_after_of(error);
    if (auto* details = problem.details.if_object()) {
        for (const std::string_view list : {"errors", "diagnostics"}) {
            Value* const found = details->if_contains(list);
            if (found == nullptr || !found->is_array()) continue;
            problem.errors = std::move(found->get_array());
            details->erase(list);
        }
        details->erase("retry_after_ms");
        if (details->empty()) problem.details = nullptr;
    }
    if (problem.status == 503 && !problem.retry_after) problem.retry_after = store_retry_after;
    return to_response(std::move(problem));
}

}  // namespace sluice::http
