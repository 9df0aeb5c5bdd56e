#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// A part of the paths whose errors have a form of their own: a foreign API's.
struct Mount {
    /// `/flowengine`: this path and all below it. "" is the whole router.
    std::string prefix;
    /// Makes the answer when the server itself refuses a request under the prefix: 404, 405, 415
    /// and 417, 400 and 426 of an upgrade, 403 of a page of another site, 500 when a handler
    /// failed, and 413 and 408 where the path is known. `code` and `detail` are those of the
    /// problem that it replaces. Fields that the status demands (Allow, Upgrade) are added. One
    /// that throws is replaced by the problem.
    std::function<Response(unsigned status, std::string_view code, std::string_view detail)> render;
    /// Pages of any origin may read these answers, as with `Route::cross_origin`, and preflights of
    /// paths that lead nowhere succeed, so that the page gets to see the error.
    bool cross_origin = false;
};

/// The mounts of a router; asked only when something is refused.
class Mounts {
  public:
    /// Refused with `invalid_mount`: a malformed prefix, or one that is taken.
    result<void> add(Mount mount);

    /// The one with the longest prefix of `path`; null when there is none. A path that is not known
    /// is "".
    [[nodiscard]] const Mount* find(std::string_view path) const;

    /// The answer to a refused request, in the form that holds at `path`.
    [[nodiscard]] Response refusal(std::string_view path, unsigned status, std::string_view code,
                                   std::string_view detail) const;

  private:
    std::vector<Mount> mounts_;
};

}  // namespace sluice::http
