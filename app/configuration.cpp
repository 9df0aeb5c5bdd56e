#include "app/configuration.hpp"

#include <charconv>
#include <cstdlib>

#include "engine/model/duration.hpp"

namespace sluice::app {

namespace {

constexpr Milliseconds longest_age = std::chrono::days(36'500);

}  // namespace

std::optional<RetentionSettings> retention_of(const ServeConfiguration& configuration) {
    const auto age = parse_duration(configuration.retention_age);
    if (!age || *age > longest_age) return std::nullopt;
    RetentionSettings settings;
    if (*age > Milliseconds(0)) settings.rule.age = *age;
    if (configuration.retention_count > 0) settings.rule.count = configuration.retention_count;
    settings.max_bytes = configuration.retention_bytes;
    return settings;
}

std::optional<Endpoint> parse_endpoint(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    Endpoint endpoint;
    endpoint.host = text.substr(0, colon);
    if (endpoint.host.size() >= 2 && endpoint.host.front() == '[' && endpoint.host.back() == ']')
        endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
    if (endpoint.host.empty()) endpoint.host = "127.0.0.1";
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return endpoint;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

Value environment_value(const std::vector<std::string>& names) {
    Object environment;
    for (const auto& name : names)
        if (const char* const value = std::getenv(name.c_str())) environment[name] = value;
    return environment;
}

}  // namespace sluice::app
