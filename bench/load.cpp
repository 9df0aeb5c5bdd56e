// The load that the durable workloads put on a server: so many POSTs over keep-alive connections,
// as fast as they are answered or at a fixed rate, and how long the answers took. One thread, no
// parsing beyond status and Content-Length, so that the client is not what is measured.
//
//     bench-load PORT PATH CONNECTIONS COUNT RATE [BODY]
//
// RATE 0: each connection sends its next request when it has its answer (closed loop). Otherwise
// requests are due at that rate a second whatever the server does (open loop). A latency counts
// from when the request was sent; `due_p99_ms` counts from when it was due, also while no
// connection was free. What is still due when COUNT / RATE seconds are over by a fifth is not sent:
// `unsent`. Prints one JSON object.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

struct Plan {
    std::uint16_t port = 0;
    std::string request;
    std::size_t connections = 1;
    std::uint64_t count = 0;
    double rate = 0;
};

class Load;

/// One keep-alive connection; one request at a time.
class Connection {
  public:
    Connection(asio::io_context& loop, Load& load) : socket_(loop), load_(load) {}
    bool connect(std::uint16_t port);
    void send(Clock::time_point due);

  private:
    void sent(const boost::system::error_code& error);
    void receive();
    void received();

    tcp::socket socket_;
    Load& load_;
    Clock::time_point due_;
    Clock::time_point sent_;
    std::string input_;
    std::array<char, 16 << 10> buffer_{};
};

class Load {
  public:
    Load(asio::io_context& loop, Plan plan) : loop_(loop), plan_(std::move(plan)), pace_(loop) {}

    bool start() {
        for (std::size_t at = 0; at < plan_.connections; ++at) {
            all_.push_back(std::make_unique<Connection>(loop_, *this));
            if (!all_.back()->connect(plan_.port)) return false;
        }
        began_ = Clock::now();
        for (const auto& connection : all_) free_.push_back(connection.get());
        if (plan_.rate > 0)
            tick();
        else
            use_free();
        return true;
    }

    [[nodiscard]] const std::string& request() const { return plan_.request; }

    void answered(Connection& connection, Clock::time_point due, Clock::time_point sent,
                  int status) {
        const auto now = Clock::now();
        latencies_[status].push_back({milliseconds(now - sent), milliseconds(now - due)});
        ended_ = now;
        free_.push_back(&connection);
        use_free();
    }

    void broken() { ++broken_; }

    [[nodiscard]] json::object report() {
        json::object statuses;
        std::uint64_t accepted = 0;
        for (auto& [status, latencies] : latencies_) {
            const auto at = [&values = latencies](double share, double Latency::* from) {
                const auto rank =
                    static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
                std::nth_element(values.begin(), values.begin() + rank, values.end(),
                                 [from](const Latency& left, const Latency& right) {
                                     return left.*from < right.*from;
                                 });
                return values[static_cast<std::size_t>(rank)].*from;
            };
            statuses[std::to_string(status)] =
                json::object{{"count", latencies.size()},
                             {"p50_ms", at(0.5, &Latency::from_sent)},
                             {"p99_ms", at(0.99, &Latency::from_sent)},
                             {"max_ms", at(1, &Latency::from_sent)},
                             {"due_p99_ms", at(0.99, &Latency::from_due)}};
            if (status < 300) accepted += latencies.size();
        }
        const double seconds = std::chrono::duration<double>(ended_ - began_).count();
        return {{"seconds", seconds},
                {"accepted", accepted},
                {"accepted_per_second", static_cast<double>(accepted) / seconds},
                {"statuses", std::move(statuses)},
                {"broken", broken_},
                {"unsent", plan_.count - sent_}};
    }

  private:
    struct Latency {
        double from_sent = 0;
        double from_due = 0;
    };

    static double milliseconds(Clock::duration time) {
        return std::chrono::duration<double, std::milli>(time).count();
    }

    void use_free() {
        while (!free_.empty() && sent_ < due_count()) {
            Connection& connection = *free_.back();
            free_.pop_back();
            const auto due =
                plan_.rate > 0 ? began_ + after(static_cast<double>(sent_)) : Clock::now();
            ++sent_;
            connection.send(due);
        }
    }

    [[nodiscard]] Clock::duration after(double requests) const {
        return std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(requests / plan_.rate));
    }

    /// How many requests are to be sent by now.
    [[nodiscard]] std::uint64_t due_count() const {
        if (plan_.rate == 0) return plan_.count;
        const auto passed = std::chrono::duration<double>(Clock::now() - began_).count();
        if (passed > 1.2 * static_cast<double>(plan_.count) / plan_.rate) return sent_;
        return std::min(plan_.count, static_cast<std::uint64_t>(passed * plan_.rate) + 1);
    }

    void tick() {
        use_free();
        const auto passed = std::chrono::duration<double>(Clock::now() - began_).count();
        if (sent_ >= plan_.count || passed > 1.2 * static_cast<double>(plan_.count) / plan_.rate)
            return;
        pace_.expires_after(std::chrono::microseconds(200));
        pace_.async_wait([this](const boost::system::error_code& error) {
            if (!error) tick();
        });
    }

    asio::io_context& loop_;
    Plan plan_;
    asio::steady_timer pace_;
    std::vector<std::unique_ptr<Connection>> all_;
    std::vector<Connection*> free_;
    std::uint64_t sent_ = 0;
    std::uint64_t broken_ = 0;
    Clock::time_point began_;
    Clock::time_point ended_;
    std::map<int, std::vector<Latency>> latencies_;
};

bool Connection::connect(std::uint16_t port) {
    boost::system::error_code error;
    socket_.connect({asio::ip::address_v4::loopback(), port}, error);
    if (!error) socket_.set_option(tcp::no_delay(true), error);
    return !error;
}

void Connection::send(Clock::time_point due) {
    due_ = due;
    sent_ = Clock::now();
    input_.clear();
    asio::async_write(socket_, asio::buffer(load_.request()),
                      [this](const boost::system::error_code& error, std::size_t) { sent(error); });
}

void Connection::sent(const boost::system::error_code& error) {
    if (error) return load_.broken();
    receive();
}

void Connection::receive() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [this](const boost::system::error_code& error, std::size_t count) {
                                if (error) return load_.broken();
                                input_.append(buffer_.data(), count);
                                received();
                            });
}

void Connection::received() {
    const auto end = input_.find("\r\n\r\n");
    if (end == std::string::npos) return receive();
    static constexpr std::string_view field = "Content-Length: ";
    const auto length = input_.find(field);
    const std::size_t body =
        length < end ? std::strtoul(input_.c_str() + length + field.size(), nullptr, 10) : 0;
    if (input_.size() < end + 4 + body) return receive();
    load_.answered(*this, due_, sent_, std::atoi(input_.c_str() + 9));
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 6) {
        std::cerr << "usage: bench-load PORT PATH CONNECTIONS COUNT RATE [BODY]\n";
        return EXIT_FAILURE;
    }
    Plan plan;
    plan.port = static_cast<std::uint16_t>(std::stoul(arguments[1]));
    plan.connections = std::stoul(arguments[3]);
    plan.count = std::stoull(arguments[4]);
    plan.rate = std::stod(arguments[5]);
    const std::string body = count > 6 ? arguments[6] : "{}";
    plan.request =
        "POST " + std::string(arguments[2]) +
        " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    asio::io_context loop(1);
    Load load(loop, std::move(plan));
    if (!load.start()) {
        std::cerr << "bench-load: cannot connect to port " << arguments[1] << '\n';
        return EXIT_FAILURE;
    }
    loop.run();
    std::cout << json::serialize(load.report()) << '\n';
}
