#include "tests/simulation/service.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace sluice::testing {
namespace {

std::string key_of(const HttpRequest& request) {
    for (const auto& [name, value] : request.headers)
        if (name == "Idempotency-Key" || name == "idempotency-key") return value;
    return {};
}

/// `http://service/N/NODE/ITERATION/EXECUTION`, from the end.
std::vector<std::string> parts_of(const std::string& url) {
    std::vector<std::string> parts(1);
    for (const char letter : url)
        letter == '/' ? void(parts.emplace_back()) : void(parts.back() += letter);
    std::reverse(parts.begin(), parts.end());
    return parts;
}

}  // namespace

std::uint32_t Service::judge(const HttpRequest& request, const Uuid& execution,
                             const std::string& node) {
    const auto wrong = [&](const std::string& what) {
        report_.violation("effect of " + node + " in " + execution.to_string() + ": " + what);
        return 1u;
    };
    const auto* const entry = ledger_.find(execution);
    if (entry == nullptr && parts_of(request.url)[1] == "early") return 1;
    if (entry == nullptr) return wrong("its execution is not on disk");
    if (entry->state.ended()) return wrong("its execution has ended");
    const bool at_start = entry->program->settings().durability == Durability::step;
    const auto key = key_of(request);
    for (const auto& activation : entry->state.active()) {
        if (entry->program->node_id(activation.node) != node) continue;
        const auto name = execution.to_string() + ":" + node + ":" + std::to_string(activation.run);
        if (!key.empty() && key != name) continue;
        if (at_start && activation.phase != RunPhase::running)
            return wrong("its beginning is not on disk");
        if (running_.count(name) > 0) return wrong("it happens twice at once");
        return activation.attempt;
    }
    return at_start ? wrong("no such run is on disk, or it has ended: key " + key) : 1u;
}

task<HttpResponse> Service::send(HttpRequest request) {
    const auto parts = parts_of(request.url);
    const auto& node = parts[2];
    const auto attempt = judge(request, Uuid::parse(parts[0]).value(), node);
    ++calls_;
    report_.say("      call " + request.url + " attempt " + std::to_string(attempt));
    struct Leave {
        std::multiset<std::string>& running;
        std::multiset<std::string>::iterator entry;
        ~Leave() { running.erase(entry); }
    };
    const Leave leave{running_, running_.insert(key_of(request))};
    const auto fate = digest(parts[3] + "/" + node + "/" + parts[1] + "/" + std::to_string(attempt),
                             digest(std::to_string(seed_)));
    Chance chance(fate, 0);
    if (chance.percent(70)) {
        const auto slowness = chance.pick({3, 40, 900, 9'000});
        co_await sleep_until(timers_, clock_.steady() + Milliseconds(chance.between(1, slowness)));
    }
    HttpResponse response{200, {{"content-type", "application/json"}}, "", {}};
    const auto luck = chance.below(100);
    if (luck < 25)
        response.status = 500;
    else if (luck < 30)
        response.status = 404;
    else if (luck < 38)
        throw NodeFailure(NodeError{"http_connection_lost", "it hung up", {}, true});
    else if (luck < 42)
        response = {503, {{"retry-after", "2"}}, "", {}};
    response.body = R"({"n":)" + parts[3] + R"(,"node":")" + node + "\"}";
    co_return response;
}

}  // namespace sluice::testing
