#include "http/server/mount.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "http/server/cross_origin.hpp"
#include "http/server/problem.hpp"

namespace sluice::http {

namespace {

bool is_prefix(std::string_view prefix) {
    return prefix.empty() || (prefix.size() > 1 && prefix.starts_with('/') &&
                              !prefix.ends_with('/') && prefix.find_first_of("{}*") == prefix.npos);
}

bool covers(const Mount& mount, std::string_view path) {
    return path.starts_with(mount.prefix) &&
           (mount.prefix.empty() || path.size() == mount.prefix.size() ||
            path[mount.prefix.size()] == '/');
}

Response render(const Mount* mount, unsigned status, std::string_view code,
                std::string_view detail) {
    if (mount == nullptr) return problem(status, code, detail);
    try {
        return mount->render(status, code, detail);
    } catch (const std::exception&) {  // the refusal itself must reach the client
        return problem(status, code, detail);
    }
}

}  // namespace

result<void> Mounts::add(Mount mount) {
    std::string fault;
    if (!is_prefix(mount.prefix))
        fault = "it must be empty, or begin with a slash and not end with one";
    else if (!mount.render)
        fault = "it has no function that renders errors";
    else if (std::ranges::any_of(mounts_,
                                 [&](const Mount& one) { return one.prefix == mount.prefix; }))
        fault = "there is one already";
    if (!fault.empty())
        return Error{
            "invalid_mount", "the mount at \"" + mount.prefix + "\" is refused: " + fault, {}};
    mounts_.push_back(std::move(mount));
    return {};
}

const Mount* Mounts::find(std::string_view path) const {
    const Mount* found = nullptr;
    for (const Mount& mount : mounts_)
        if (covers(mount, path) && (found == nullptr || mount.prefix.size() > found->prefix.size()))
            found = &mount;
    return found;
}

Response Mounts::refusal(std::string_view path, unsigned status, std::string_view code,
                         std::string_view detail) const {
    const Mount* const mount = find(path);
    Response response = render(mount, status, code, detail);
    if (mount != nullptr && mount->cross_origin) CrossOrigin::allow(response);
    return response;
}

}  // namespace sluice::http
