#include "http/server/router.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/ascii.hpp"

namespace sluice::http {

struct Router::Node {
    struct Child {
        std::string segment;
        std::unique_ptr<Node> node;
    };

    std::vector<Child> literals;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Node> rest;
    std::array<const Route*, method_count> routes{};
    MethodSet allowed = 0;
    MethodSet cross_origin = 0;
};

struct Router::Search {
    Method method;
    std::string_view path;
    std::span<const Range> segments;
    Match found;

    // True when `node` or something below it answers; otherwise `found.allowed` has grown by the
    // methods of the paths that matched. A pattern's depth bounds the recursion.
    bool visit(const Node& node, std::size_t depth, std::size_t parameter) {
        if (depth == segments.size()) {
            if (take(node)) return true;
            if (!node.rest) return false;
            if (parameter < max_parameters)
                found.parameters[parameter] = {static_cast<std::uint32_t>(path.size()), 0};
            return take(*node.rest);
        }
        const Range range = segments[depth];
        const std::string_view segment = path.substr(range.offset, range.size);
        for (const Node::Child& child : node.literals)
            if (child.segment == segment) {
                if (visit(*child.node, depth + 1, parameter)) return true;
                break;
            }
        if (node.parameter && !segment.empty()) {
            found.parameters[parameter] = range;
            if (visit(*node.parameter, depth + 1, parameter + 1)) return true;
        }
        if (!node.rest) return false;
        found.parameters[parameter] = {range.offset,
                                       static_cast<std::uint32_t>(path.size() - range.offset)};
        return take(*node.rest);
    }

    bool take(const Node& node) {
        found.allowed |= node.allowed;
        found.cross_origin |= node.cross_origin;
        const Route* route = node.routes[static_cast<std::size_t>(method)];
        if (route == nullptr && method == Method::head)
            route = node.routes[static_cast<std::size_t>(Method::get)];
        found.route = route;
        return route != nullptr;
    }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Router::Node* Router::child_for(Node& node, std::string_view segment, bool last, Route& route,
                                std::string& fault) {
    if (!segment.starts_with('{')) {
        if (segment.find_first_of("{}*") != std::string_view::npos) {
            fault = "a parameter must be a whole segment";
            return nullptr;
        }
        for (Node::Child& child : node.literals)
            if (child.segment == segment) return child.node.get();
        return node.literals.emplace_back(std::string(segment), std::make_unique<Node>())
            .node.get();
    }
    if (!segment.ends_with('}')) {
        fault = "a parameter must be a whole segment";
        return nullptr;
    }
    std::string_view name = segment.substr(1, segment.size() - 2);
    const bool rest = name.ends_with('*');
    if (rest) name.remove_suffix(1);
    if (name.empty() || name.find_first_of("{}*") != std::string_view::npos)
        fault = "a parameter needs a name";
    else if (std::ranges::find(route.parameters, name) != route.parameters.end())
        fault = "two parameters have the same name";
    else if (route.parameters.size() == max_parameters)
        fault = "there are too many parameters";
    else if (rest && !last)
        fault = "a parameter for the rest must come last";
    if (!fault.empty()) return nullptr;
    route.parameters.emplace_back(name);
    auto& child = rest ? node.rest : node.parameter;
    if (!child) child = std::make_unique<Node>();
    return child.get();
}

result<void> Router::add(Route route) {
    std::string fault;
    route.parameters.clear();
    if (!route.pattern.starts_with('/')) fault = "it must begin with a slash";
    if (route.method == Method::other) fault = "its method is not one that can be routed";
    Node* node = root_.get();
    std::string_view left = std::string_view(route.pattern).substr(fault.empty() ? 1 : 0);
    for (bool last = false; fault.empty() && !last;) {
        const std::size_t slash = left.find('/');
        last = slash == std::string_view::npos;
        node = child_for(*node, left.substr(0, slash), last, route, fault);
        if (!last) left.remove_prefix(slash + 1);
    }
    const auto method = static_cast<std::size_t>(route.method);
    if (fault.empty() && node->routes[method] != nullptr)
        fault = "it is the same as " + node->routes[method]->pattern;
    if (!fault.empty())
        return Error{"invalid_route",
                     "the route " + std::string(to_string(route.method)) + " " + route.pattern +
                         " is refused: " + fault,
                     {}};

    MethodSet allowed = bit(route.method) | bit(Method::options);
    if (route.method == Method::get) allowed |= bit(Method::head);
    node->allowed |= allowed;
    if (route.cross_origin) node->cross_origin |= allowed;
    methods_ |= allowed;
    node->routes[method] = &routes_.emplace_back(std::move(route));
    return {};
}

Match Router::match(Method method, std::string_view path, std::span<const Range> segments) const {
    Search search{method, path, segments, {}};
    search.visit(*root_, 0, 0);
    return search.found;
}

std::string allow_value(MethodSet methods) {
    std::string value;
    for (std::size_t index = 0; index < method_count; ++index) {
        const auto method = static_cast<Method>(index);
        if ((methods & bit(method)) == 0) continue;
        if (!value.empty()) value += ", ";
        value += to_string(method);
    }
    return value;
}

bool accepts(std::span<const std::string> accepted, std::string_view type) {
    return std::ranges::any_of(accepted, [&](std::string_view pattern) {
        const std::size_t star = pattern.find('*');
        if (star == std::string_view::npos) return equal_ignoring_case(pattern, type);
        const std::string_view before = pattern.substr(0, star);
        const std::string_view after = pattern.substr(star + 1);
        return type.size() > before.size() + after.size() &&
               equal_ignoring_case(type.substr(0, before.size()), before) &&
               equal_ignoring_case(type.substr(type.size() - after.size()), after);
    });
}

}  // namespace sluice::http
