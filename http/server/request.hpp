#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/identifier.hpp"
#include "http/server/method.hpp"

namespace sluice::http {

struct Route;

/// A part of a message: an offset and a size, which survive the moving of its bytes.
struct Range {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
};

/// The most `{parameters}` that one route's pattern may have.
inline constexpr std::size_t max_parameters = 8;

/// One request, complete with its body. The one that a handler is given looks into the
/// connection's buffer: it and every view taken from it are valid until the handler returns;
/// `own` makes a copy that may be kept. Reading allocates nothing unless said otherwise.
class Request {
  public:
    Request() = default;
    Request(Request&&) = default;
    Request& operator=(Request&&) = default;

    [[nodiscard]] Method method() const { return method_; }
    /// The method as received, also when it is `Method::other`.
    [[nodiscard]] std::string_view method_text() const { return view(method_text_); }
    /// The request target as received, query included.
    [[nodiscard]] std::string_view target() const { return view(target_); }
    /// The path with its escapes decoded: UTF-8, beginning with a slash ("*" for `OPTIONS *`).
    [[nodiscard]] std::string_view path() const {
        return path_is_decoded_ ? std::string_view(decoded_path_) : view(path_);
    }
    /// The parts of the path between its slashes, as ranges of `path()`. An escaped slash does not
    /// divide.
    [[nodiscard]] std::span<const Range> segments() const { return segments_; }

    /// What stands after the question mark, as received.
    [[nodiscard]] std::string_view query() const { return view(query_); }
    /// The first value of that name in the query, decoded; allocates.
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;

    /// A parameter of the route's pattern, decoded; "" when the pattern has none of that name.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;

    /// The first field of that name in any case, without surrounding spaces; "" when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] bool has_header(std::string_view name) const;
    [[nodiscard]] std::size_t header_count() const { return fields_.size(); }
    /// Fields in the order received. `index` is below `header_count()`.
    [[nodiscard]] std::string_view header_name(std::size_t index) const;
    [[nodiscard]] std::string_view header_value(std::size_t index) const;
    /// The media type of the body without its parameters, as received; "" when not given.
    [[nodiscard]] std::string_view content_type() const;

    /// The body with any transfer coding removed.
    [[nodiscard]] std::string_view body() const { return body_; }

    /// Where the peer connects from: an address without the port.
    [[nodiscard]] std::string_view peer() const { return peer_; }
    /// True when there is an Upgrade field, whatever it asks for.
    [[nodiscard]] bool asks_upgrade() const { return asks_upgrade_; }
    /// What the client asked for; the server may close all the same.
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }
    /// 0 or 1: HTTP/1.0 or HTTP/1.1.
    [[nodiscard]] int minor_version() const { return minor_version_; }

    /// The client's X-Request-Id where it is usable, else one made now (UUIDv7). From then on the
    /// answer carries it too.
    [[nodiscard]] std::string_view id();
    [[nodiscard]] bool has_id() const { return !id_.empty(); }

    /// The route that matched; null before routing.
    [[nodiscard]] const Route* route() const { return route_; }

    /// A copy that owns all its bytes, with its id made.
    [[nodiscard]] Request own();

  private:
    friend class RequestReader;
    friend class Routing;

    struct Field {
        Range name;
        Range value;
    };

    [[nodiscard]] std::string_view view(Range range) const {
        return {head_ + range.offset, range.size};
    }
    void clear();

    const char* head_ = "";  // the first byte of the message; ranges count from here
    std::uint32_t head_size_ = 0;
    Method method_ = Method::other;
    std::uint8_t minor_version_ = 1;
    bool keep_alive_ = false;
    bool asks_upgrade_ = false;
    bool path_is_decoded_ = false;
    Range method_text_;
    Range target_;
    Range path_;
    Range query_;
    std::string_view body_;
    std::string_view peer_;
    std::vector<Field> fields_;
    std::vector<Range> segments_;
    std::string decoded_path_;
    std::string id_;
    UuidGenerator* ids_ = nullptr;
    const Route* route_ = nullptr;
    std::array<Range, max_parameters> parameters_{};  // of `path()`, in the order of the pattern
    std::vector<char> owned_;
};

}  // namespace sluice::http
