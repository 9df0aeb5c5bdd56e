#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "http/server/counters.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// A page of metrics in Prometheus' text format, version 0.0.4. Samples of one name are added one
/// after the other.
class Prometheus {
  public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    void counter(std::string_view name, std::string_view help, std::uint64_t value,
                 Labels labels = {}) {
        sample("counter", name, help, value, labels);
    }
    void gauge(std::string_view name, std::string_view help, std::uint64_t value,
               Labels labels = {}) {
        sample("gauge", name, help, value, labels);
    }
    [[nodiscard]] Response response() const;

  private:
    void sample(std::string_view type, std::string_view name, std::string_view help,
                std::uint64_t value, Labels labels);

    std::string text_;
    std::string last_name_;
};

/// The HTTP server's own figures.
void add_server_metrics(Prometheus& page, const Counters& counters);

}  // namespace sluice::http
