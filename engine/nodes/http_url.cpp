#include "engine/nodes/http_url.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include "engine/model/ascii.hpp"

namespace sluice {
namespace {

namespace urls = boost::urls;

constexpr bool is_hex(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f') ||
           (character >= 'A' && character <= 'F');
}

void append_encoded(std::string& text, char character) {
    static constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(character);
    text += '%';
    text += digits[byte >> 4];
    text += digits[byte & 15];
}

/// Where the authority of `url` ends; 0 when it has none.
std::size_t end_of_authority(std::string_view url) {
    const auto slashes = url.find("//");
    if (slashes == std::string_view::npos || slashes > url.find_first_of("/?#")) return 0;
    const auto end = url.find_first_of("/?#", slashes + 2);
    return end == std::string_view::npos ? url.size() : end;
}

/// The authority is left alone: nothing in it may be repaired by guessing.
std::string encode_stray_characters(std::string_view url) {
    constexpr std::string_view strays = " \"<>\\^`{|}[]";
    const auto authority = end_of_authority(url);
    std::string text(url.substr(0, authority));
    text.reserve(url.size() + 16);
    for (std::size_t at = authority; at < url.size(); ++at) {
        const char character = url[at];
        const bool complete = at + 2 < url.size() && is_hex(url[at + 1]) && is_hex(url[at + 2]);
        const auto byte = static_cast<unsigned char>(character);
        const bool stray = byte <= 0x1F || byte >= 0x7F ||
                           strays.find(character) != std::string_view::npos ||
                           (character == '%' && !complete);
        if (stray)
            append_encoded(text, character);
        else
            text += character;
    }
    return text;
}

Error invalid(std::string message) {
    return {"invalid_url", std::move(message), nullptr};
}

result<HttpUrl> from_view(const urls::url_view_base& view) {
    HttpUrl url;
    if (view.scheme_id() != urls::scheme::http && view.scheme_id() != urls::scheme::https)
        return invalid("the URL must begin with http:// or https://");
    url.secure = view.scheme_id() == urls::scheme::https;
    if (view.has_userinfo())
        return invalid("the URL has credentials before the host: write them in `auth` instead");
    for (const char character : view.host_address()) url.host += ascii_lower(character);
    if (url.host.empty()) return invalid("the URL has no host");
    if (view.host_type() != urls::host_type::ipv6) {
        for (const char character : url.host) {
            const bool good = (character >= 'a' && character <= 'z') ||
                              (character >= '0' && character <= '9') || character == '-' ||
                              character == '.' || character == '_';
            if (!good)
                return invalid(
                    "the host has a character that names cannot have: write international names in "
                    "their ASCII form (xn--...)");
        }
    }
    url.port = url.secure ? 443 : 80;
    if (view.has_port() && !view.port().empty()) {
        const std::string_view digits = view.port();
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (parsed.ec != std::errc() || url.port == 0)
            return invalid("the port must be between 1 and 65535");
    }
    url.target = view.encoded_path();
    if (url.target.empty()) url.target = "/";
    // Boost.URL 1.81 takes what is wrong about a port for a path.
    if (url.target.front() != '/') return invalid("the port must be between 1 and 65535");
    if (view.has_query()) {
        url.target += '?';
        url.target += std::string_view(view.encoded_query());
    }
    return url;
}

std::string encode_pairs(QueryParameters parameters, bool space_as_plus) {
    urls::encoding_opts options;
    options.space_as_plus = space_as_plus;
    std::string text;
    for (const auto& [name, value] : parameters) {
        if (!text.empty()) text += '&';
        text += urls::encode(name, urls::unreserved_chars, options);
        text += '=';
        text += urls::encode(value, urls::unreserved_chars, options);
    }
    return text;
}

}  // namespace

std::string HttpUrl::authority() const {
    const bool bracketed = host.find(':') != std::string::npos;
    std::string text = bracketed ? '[' + host + ']' : host;
    if (port != (secure ? 443 : 80)) text += ':' + std::to_string(port);
    return text;
}

std::string HttpUrl::to_string() const {
    return (secure ? "https://" : "http://") + authority() + target;
}

std::string encode_path_segment(std::string_view text) {
    return urls::encode(urls::string_view(text.data(), text.size()), urls::unreserved_chars);
}

std::string HttpUrl::without_query() const {
    return (secure ? "https://" : "http://") + authority() + target.substr(0, target.find('?'));
}

bool HttpUrl::same_origin(const HttpUrl& other) const {
    return secure == other.secure && port == other.port && host == other.host;
}

result<HttpUrl> parse_http_url(std::string_view text) {
    const auto encoded = encode_stray_characters(text);
    const auto view = urls::parse_uri(encoded);
    if (!view) return invalid("not an absolute URL such as https://example.com/path");
    return from_view(*view);
}

result<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view location) {
    const auto base_text = base.to_string();
    const auto encoded = encode_stray_characters(location);
    const auto base_view = urls::parse_uri(base_text);
    const auto reference = urls::parse_uri_reference(encoded);
    urls::url resolved;
    if (!base_view || !reference || !urls::resolve(*base_view, *reference, resolved))
        return invalid("not a URL");
    return from_view(resolved);
}

std::string append_query(std::string_view url, QueryParameters parameters) {
    if (parameters.empty()) return std::string(url);
    const auto fragment = url.find('#');
    std::string text(url.substr(0, fragment));
    const auto query = text.find('?');
    if (query == std::string::npos)
        text += '?';
    else if (!text.ends_with('?') && !text.ends_with('&'))
        text += '&';
    text += encode_pairs(parameters, false);
    if (fragment != std::string_view::npos) text += url.substr(fragment);
    return text;
}

std::string form_encode(QueryParameters parameters) {
    return encode_pairs(parameters, true);
}

}  // namespace sluice
