#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "engine/model/ascii.hpp"
#include "engine/model/utf8.hpp"
#include "engine/nodes/data/byte_notation.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeError invalid(std::string_view why) {
    return {"invalid_url", "`url` " + std::string(why), nullptr, false};
}

/// Undoes percent-encoding; false when no text comes of it.
bool decode(std::string_view encoded, bool plus_is_space, std::string& out) {
    std::string text(encoded);
    if (plus_is_space) std::ranges::replace(text, '+', ' ');
    auto bytes = read_bytes(text, ByteNotation::percent);
    if (!bytes || !is_valid_utf8(*bytes)) return false;
    out = std::move(*bytes);
    return true;
}

/// Of a name that is there several times the value is a list.
void add(Object& query, const std::string& name, std::string value) {
    auto [member, is_new] = query.emplace(name, nullptr);
    Value& there = member->value();
    if (is_new) {
        there = std::move(value);
        return;
    }
    if (!there.is_array()) there = Array{std::move(there)};
    there.get_array().emplace_back(std::move(value));
}

NodeOutcome described(const boost::urls::url_view& url, const DataParameters& parameters) {
    Object output;
    std::string text;
    const auto take = [&](std::string_view encoded) { return decode(encoded, false, text); };
    std::string scheme(url.scheme());
    std::ranges::transform(scheme, scheme.begin(), ascii_lower);
    output["scheme"] = scheme.empty() ? Value() : Value(scheme);
    if (!take(url.encoded_host_address())) return invalid("has a host that is no text");
    std::ranges::transform(text, text.begin(), ascii_lower);
    output["host"] = url.has_authority() && !text.empty() ? Value(text) : Value();
    output["port"] = url.port_number() == 0 ? Value() : Value(url.port_number());
    if (url.has_userinfo()) {
        if (!take(url.encoded_user())) return invalid("has a user name that is no text");
        output["user"] = text;
    }
    if (!take(url.encoded_path())) return invalid("has a path whose bytes are no text in UTF-8");
    output["path"] = text;
    Array segments;
    for (const auto segment : url.encoded_segments()) {
        if (!take(segment)) return invalid("has a path whose bytes are no text in UTF-8");
        segments.emplace_back(text);
    }
    output["segments"] = std::move(segments);
    Object query;
    std::size_t count = 0;
    for (const auto parameter : url.encoded_params()) {
        std::string name;
        if (++count > parameters.limits().data_items)
            return too_many_items("url", parameters.type(), parameters.limits());
        if (!decode(parameter.key, true, name) || !decode(parameter.value, true, text))
            return invalid("has a query whose bytes are no text in UTF-8");
        if (!name.empty() || parameter.has_value) add(query, name, text);
    }
    output["query"] = std::move(query);
    if (!take(url.encoded_fragment())) return invalid("has a fragment that is no text");
    output["fragment"] = url.has_fragment() ? Value(text) : Value();
    return put_out(std::move(output));
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"url"});
    const std::string_view text = parameters.bounded_text("url");
    if (auto failure = parameters.failure()) return std::move(*failure);
    const auto url =
        boost::urls::parse_uri_reference(boost::core::string_view(text.data(), text.size()));
    if (!url)
        return invalid(
            "is no URL (RFC 3986): what is not an ASCII letter, digit or one of its "
            "signs must be percent-encoded");
    return described(*url, parameters);
}

}  // namespace

NodeType url_parse() {
    return data_node(
        "url.parse",
        "Takes a URL (RFC 3986) apart. Percent-encoding is undone; a plus in the query is a space. "
        "A password is left out.",
        object_schema({{"url", "string", "A URL, or the end of one.", true,
                        Object{{"examples", Array{"https://example.com/a%20b?tag=x&tag=y#top"}}}}}),
        object_schema(
            {{"scheme", "", "In lower case; null when there is none.", true, {}},
             {"host", "", "In lower case; null when there is none.", true, {}},
             {"port", "", "The number; null when there is none.", true, {}},
             {"user", "string", "The name before the host.", false, {}},
             {"path", "string", "The path as text.", true, {}},
             {"segments", "array", "The parts of the path between slashes.", true, {}},
             {"query",
              "object",
              "Names with their values; a list where a name is there again.",
              true,
              {}},
             {"fragment", "", "What stands behind #; null when there is none.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
