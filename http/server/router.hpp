#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"
#include "http/server/handler.hpp"
#include "http/server/method.hpp"
#include "http/server/mount.hpp"

namespace sluice::http {

/// The least role that may use a route. Nothing checks it yet; a route that says nothing is the
/// administrator's.
enum class Access : std::uint8_t { open, viewer, executor, editor, admin };

/// One line of the table of routes.
struct Route {
    Method method = Method::get;
    /// Literal segments, `{name}` for one segment, `{name*}` as the last one for all the rest
    /// (which may be empty): `/api/v1/flows/{id}/revisions`.
    std::string pattern;
    Handler handler;
    std::string name = {};  ///< for logs, metrics and the API's description
    Access access = Access::admin;
    /// The media types a body may have: `application/json`, `text/*`, `application/*+json`; any
    /// when empty.
    std::vector<std::string> content_types = {};
    /// Pages of any origin may use it (Fetch standard): its answers carry
    /// `Access-Control-Allow-Origin: *`, preflights of its path succeed for its method, and it
    /// takes WebSockets of such pages. Only for routes that do not rely on cookies.
    bool cross_origin = false;
    /// The names in the pattern, in order; filled by the router.
    std::vector<std::string> parameters = {};
};

/// The outcome of looking up one request.
struct Match {
    const Route* route = nullptr;  ///< null: no such path, or not with this method
    MethodSet allowed = 0;         ///< the methods of the path; 0 when there is no such path
    MethodSet cross_origin = 0;    ///< those of them that pages of any origin may use
    std::array<Range, max_parameters> parameters{};
};

/// The table of routes, as a tree of path segments: a look-up takes time in the length of the path,
/// however many routes there are, and allocates nothing. A literal segment wins over a parameter, a
/// parameter over the rest; a path that leads nowhere goes back and tries the next. GET routes also
/// answer HEAD.
class Router {
  public:
    Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    ~Router();

    /// Refused with `invalid_route`: a pattern that is malformed, has more than `max_parameters`,
    /// or is taken by another route of the same method.
    result<void> add(Route route);

    /// `segments` are ranges of `path`, as `Request` holds them.
    [[nodiscard]] Match match(Method method, std::string_view path,
                              std::span<const Range> segments) const;

    /// Gives all paths under a prefix errors of their own form, whatever routes there are or will
    /// be. Refused with `invalid_mount`: a malformed prefix, or one that is taken.
    result<void> mount(Mount mount) { return mounts_.add(std::move(mount)); }
    [[nodiscard]] const Mounts& mounts() const { return mounts_; }

    /// All methods of all routes: the answer to `OPTIONS *`.
    [[nodiscard]] MethodSet methods() const { return methods_; }
    /// In the order added.
    [[nodiscard]] const std::deque<Route>& routes() const { return routes_; }

  private:
    struct Node;
    struct Search;

    Node* child_for(Node& node, std::string_view segment, bool last, Route& route,
                    std::string& fault);

    std::deque<Route> routes_;  // addresses stay
    std::unique_ptr<Node> root_;
    Mounts mounts_;
    MethodSet methods_ = 0;
};

/// The value of an Allow field: `GET, HEAD, OPTIONS`.
[[nodiscard]] std::string allow_value(MethodSet methods);

/// True when `type` is one of `accepted`.
[[nodiscard]] bool accepts(std::span<const std::string> accepted, std::string_view type);

}  // namespace sluice::http
