#include "http/api/prometheus.hpp"

namespace sluice::http {

void Prometheus::sample(std::string_view type, std::string_view name, std::string_view help,
                        std::uint64_t value, Labels labels) {
    if (name != last_name_) {
        text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
        text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
        last_name_ = name;
    }
    text_ += name;
    char separator = '{';
    for (const auto& [label, label_value] : labels) {
        text_ += separator;
        text_.append(label).append("=\"");
        for (const char character : label_value) {
            if (character == '\\' || character == '"') text_ += '\\';
            text_ += character == '\n' ? ' ' : character;
        }
        text_ += '"';
        separator = ',';
    }
    if (separator == ',') text_ += '}';
    text_.append(" ").append(std::to_string(value)).append("\n");
}

Response Prometheus::response() const {
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = text_;
    return response;
}

void add_server_metrics(Prometheus& page, const Counters& counters) {
    page.counter("sluice_http_requests_total", "Requests received.", counters.requests);
    static constexpr std::string_view classes[] = {"", "1xx", "2xx", "3xx", "4xx", "5xx"};
    for (std::size_t at = 1; at < counters.responses.size(); ++at)
        page.counter("sluice_http_responses_total", "Responses sent, by class of status.",
                     counters.responses[at], {{"class", classes[at]}});
    page.counter("sluice_http_malformed_total",
                 "Connections ended because of a malformed or slow request.", counters.malformed);
    page.counter("sluice_http_connections_total", "Connections accepted.",
                 counters.connections_total);
    page.counter("sluice_http_connections_refused_total",
                 "Connections closed because there were too many.", counters.connections_refused);
    page.gauge("sluice_http_connections", "Connections open.", counters.connections_open);
    page.counter("sluice_http_web_sockets_total", "WebSockets opened.", counters.web_sockets_total);
    page.counter("sluice_http_web_sockets_dropped_total",
                 "WebSockets closed because their peers read too slowly.",
                 counters.web_sockets_dropped);
    page.gauge("sluice_http_web_sockets", "WebSockets open, also counted as connections.",
               counters.web_sockets_open);
    page.counter("sluice_http_received_bytes_total", "Bytes received.", counters.bytes_received);
    page.counter("sluice_http_sent_bytes_total", "Bytes sent.", counters.bytes_sent);
}

}  // namespace sluice::http
