#include "app/dialects.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "engine/definition/problems.hpp"
#include "engine/model/nearest_name.hpp"
#include "http/dialects/flowengine/flowengine.hpp"

namespace sluice::app {
namespace {

namespace flowengine = http::flowengine;

/// A dialect, and what its own server is told by its environment.
struct Dialect {
    std::string_view name;
    const char* default_address;
    const char* address_variable;
    const char* log_variable;
    void (*add_to)(Engine&);
    void (*mount)(http::Router&, Engine&, std::string prefix, bool cross_origin,
                  std::function<http::Counters()>);
};

constexpr std::array<Dialect, 1> known_dialects{
    {{"flowengine", "127.0.0.1:3000", "BIND_ADDRESS", "RUST_LOG", flowengine::add_to,
      [](http::Router& router, Engine& engine, std::string prefix, bool cross_origin,
         std::function<http::Counters()> counters) {
          flowengine::mount(router, engine, {std::move(prefix), cross_origin}, std::move(counters));
      }}}};

std::string_view name_in(std::string_view asked) {
    return asked.substr(0, asked.find('='));
}

const Dialect* find_dialect(std::string_view name) {
    const auto* const found =
        std::find_if(known_dialects.begin(), known_dialects.end(),
                     [name](const Dialect& dialect) { return dialect.name == name; });
    return found == known_dialects.end() ? nullptr : found;
}

Error unknown_dialect(std::string_view name) {
    std::vector<std::string> names;
    names.reserve(known_dialects.size());
    for (const auto& dialect : known_dialects) names.emplace_back(dialect.name);
    const std::string nearest = nearest_name(name, names);
    return {"invalid_dialect",
            "--dialect: there is no dialect " + definition::quoted(name) + "; known are " +
                definition::listed(names) +
                (nearest.empty() ? "" : ". Did you mean " + nearest + "?"),
            {}};
}

/// The level in a filter such as `debug` or `info,hyper=warn`: the part that names no module.
std::string level_in(std::string_view filter) {
    std::string level;
    while (!filter.empty()) {
        const auto comma = std::min(filter.find(','), filter.size());
        const auto part = filter.substr(0, comma);
        if (part.find('=') == std::string_view::npos) level = part;
        filter.remove_prefix(std::min(comma + 1, filter.size()));
    }
    std::transform(level.begin(), level.end(), level.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    });
    if (level == "trace") return "debug";
    if (level == "off") return "error";
    constexpr std::array<std::string_view, 4> ours{"debug", "info", "warn", "error"};
    return std::find(ours.begin(), ours.end(), level) == ours.end() ? std::string() : level;
}

}  // namespace

std::string address_of(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

void add_dialects(Engine& engine) {
    for (const auto& dialect : known_dialects) dialect.add_to(engine);
}

result<std::vector<DialectListener>> dialect_listeners(const std::vector<std::string>& asked) {
    std::vector<DialectListener> listeners;
    for (const std::string& one : asked) {
        const std::string_view name = name_in(one);
        const Dialect* const dialect = find_dialect(name);
        if (dialect == nullptr) return unknown_dialect(name);
        std::string address = dialect->default_address;
        if (const char* const variable = std::getenv(dialect->address_variable)) address = variable;
        if (name.size() < one.size()) address = one.substr(name.size() + 1);
        const auto endpoint = parse_endpoint(address);
        if (!endpoint)
            return Error{"invalid_dialect",
                         "--dialect " + std::string(name) + " wants HOST:PORT, such as " +
                             dialect->default_address + ", not '" + address + "'",
                         {}};
        listeners.push_back({std::string(name), *endpoint});
    }
    return listeners;
}

std::string dialect_log_level(const std::vector<std::string>& asked) {
    for (const std::string& one : asked) {
        const Dialect* const dialect = find_dialect(name_in(one));
        const char* const variable =
            dialect == nullptr ? nullptr : std::getenv(dialect->log_variable);
        if (variable != nullptr) return level_in(variable);
    }
    return {};
}

Dialects::Dialects(Engine& engine, http::Router& main,
                   const std::function<http::Counters()>& counters,
                   std::vector<DialectListener> listeners)
    : listeners_(std::move(listeners)) {
    for (const auto& dialect : known_dialects) {
        const bool asked_for =
            std::any_of(listeners_.begin(), listeners_.end(),
                        [&](const auto& listener) { return listener.dialect == dialect.name; });
        dialect.mount(main, engine, "/" + std::string(dialect.name), asked_for, counters);
    }
    for (const auto& listener : listeners_)
        find_dialect(listener.dialect)->mount(routers_.emplace_back(), engine, "", true, counters);
}

result<void> Dialects::listen(http::Server& server) {
    for (std::size_t at = 0; at < listeners_.size(); ++at) {
        const auto& [dialect, endpoint] = listeners_[at];
        const auto port = server.listen(endpoint.host, endpoint.port, routers_[at]);
        if (!port) return port.error();
        std::printf("  %s speaks %s\n", address_of(endpoint.host, *port).c_str(), dialect.c_str());
    }
    return {};
}

}  // namespace sluice::app
