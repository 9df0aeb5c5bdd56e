#pragma once

#include <set>
#include <string>

#include "engine/async/timers.hpp"
#include "engine/nodes/http_client.hpp"

#include "tests/simulation/chance.hpp"
#include "tests/simulation/ledger.hpp"

namespace sluice::testing {

/// The world outside that the flows call: answers, fails and dawdles as the seed says, the same to
/// the same attempt of the same node, whatever crashed before. It judges every call by the ledger.
class Service final : public HttpClient {
  public:
    Service(std::uint64_t seed, const Ledger& ledger, Report& report, timer_queue& timers,
            const Clock& clock)
        : seed_(seed), ledger_(ledger), report_(report), timers_(timers), clock_(clock) {}

    task<HttpResponse> send(HttpRequest request) override;

    [[nodiscard]] std::size_t running() const { return running_.size(); }
    [[nodiscard]] std::uint64_t calls() const { return calls_; }

  private:
    /// Looks whether this effect may happen; returns its attempt.
    std::uint32_t judge(const HttpRequest& request, const Uuid& execution, const std::string& node);

    std::uint64_t seed_;
    const Ledger& ledger_;
    Report& report_;
    timer_queue& timers_;
    const Clock& clock_;
    std::multiset<std::string> running_;
    std::uint64_t calls_ = 0;
};

}  // namespace sluice::testing
