#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/async/gate.hpp"
#include "engine/async/timers.hpp"
#include "engine/model/error.hpp"
#include "engine/nodes/http_client.hpp"

namespace sluice::testing {

/// Answers as it is told, by URL; what it is not told about is answered at once with 200 and the
/// URL as JSON.
class FakeHttpClient final : public HttpClient {
  public:
    using Reply = std::variant<HttpResponse, NodeError>;

    FakeHttpClient(timer_queue& timers, const Clock& clock) : timers_(timers), clock_(clock) {}

    task<HttpResponse> send(HttpRequest request) override {
        requests.push_back(request);
        ++running;
        most_running = std::max(most_running, running);
        struct Leave {
            int& running;
            ~Leave() { --running; }
        };
        const Leave leave{running};
        try {
            if (held_.contains(request.url)) co_await doors_[request.url].wait();
            if (const auto delay = delays_.find(request.url); delay != delays_.end())
                co_await sleep_until(timers_, clock_.steady() + delay->second);
        } catch (const system_error&) {
            ++cancelled;
            throw;
        }
        ++answered[request.url];
        auto& replies = replies_[request.url];
        if (replies.empty()) co_return json(200, "{\"url\":\"" + request.url + "\"}");
        Reply reply = std::move(replies.front());
        replies.pop_front();
        if (auto* const failure = std::get_if<NodeError>(&reply))
            throw NodeFailure(std::move(*failure));
        co_return std::get<HttpResponse>(std::move(reply));
    }

    /// Calls of this URL wait until `release`.
    void hold(const std::string& url) {
        held_.insert(url);
        doors_[url].close();
    }
    void release(const std::string& url) {
        doors_[url].open();
        held_.erase(url);
    }
    /// Calls of this URL take this long.
    void delay(const std::string& url, Milliseconds span) { delays_[url] = span; }

    /// The next answer for this URL that is not spoken for.
    void reply(const std::string& url, unsigned status, std::string body = "{}") {
        replies_[url].emplace_back(json(status, std::move(body)));
    }
    void fail(const std::string& url, std::string code, bool retryable) {
        replies_[url].emplace_back(NodeError{std::move(code), "it failed", {}, retryable});
    }

    [[nodiscard]] std::size_t calls(const std::string& url) const {
        return static_cast<std::size_t>(
            std::count_if(requests.begin(), requests.end(),
                          [&](const HttpRequest& sent) { return sent.url == url; }));
    }

    std::vector<HttpRequest> requests;    ///< in the order in which they began
    std::map<std::string, int> answered;  ///< by URL
    int running = 0;
    int most_running = 0;
    int cancelled = 0;

  private:
    static HttpResponse json(unsigned status, std::string body) {
        return {status, {{"content-type", "application/json"}}, std::move(body), {}};
    }

    timer_queue& timers_;
    const Clock& clock_;
    std::map<std::string, std::deque<Reply>> replies_;
    std::map<std::string, gate> doors_;
    std::map<std::string, Milliseconds> delays_;
    std::set<std::string> held_;
};

}  // namespace sluice::testing
