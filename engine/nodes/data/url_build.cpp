#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/http_url.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> scalar_text(const Value& value) {
    if (value.is_structured() || value.is_null()) return std::nullopt;
    return as_text(value);
}

std::string read_segments(DataParameters& parameters) {
    std::string path;
    if (!parameters.has("segments")) return path;
    const Array& segments = parameters.list("segments");
    for (std::size_t at = 0; at < segments.size(); ++at) {
        const auto text = scalar_text(segments[at]);
        const std::string place = "segments[" + std::to_string(at) + ']';
        if (!text || text->empty())
            parameters.problem(place, "must be a text that is not empty, or a number");
        else if (*text == "." || *text == "..")
            parameters.problem(place, "must not be . or ..: it would lead elsewhere");
        else
            path.append("/").append(encode_path_segment(*text));
    }
    return path;
}

Pairs read_query(DataParameters& parameters) {
    Pairs pairs;
    if (!parameters.has("query")) return pairs;
    for (const auto& entry : parameters.object("query")) {
        const Array single{entry.value()};
        const Array& values = entry.value().is_array() ? entry.value().get_array() : single;
        for (const auto& value : values) {
            if (value.is_null()) continue;
            if (auto text = scalar_text(value))
                pairs.emplace_back(entry.key(), std::move(*text));
            else
                parameters.problem("query." + std::string(entry.key()),
                                   "must be a text, a number, a boolean or a list of these");
        }
    }
    if (pairs.size() > parameters.limits().data_items)
        parameters.refuse(too_many_items("query", parameters.type(), parameters.limits()));
    return pairs;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"base", "segments", "query", "fragment"});
    const std::string_view base = parameters.bounded_text("base");
    if (parameters.has("base") &&
        !boost::urls::parse_uri_reference(boost::core::string_view(base.data(), base.size())))
        parameters.problem("base",
                           "is no URL (RFC 3986): encode what stands in it as `segments` "
                           "and `query`");
    const std::string path = read_segments(parameters);
    const Pairs query = read_query(parameters);
    const std::string_view fragment = parameters.text_or("fragment", "");
    if (auto failure = parameters.failure()) return std::move(*failure);

    const std::size_t path_end = std::min(base.find_first_of("?#"), base.size());
    const std::size_t query_end = std::min(base.find('#'), base.size());
    std::string url(base.substr(0, path_end));
    if (!path.empty()) {
        if (url.ends_with('/')) url.pop_back();
        url += path;
    }
    url += base.substr(path_end, query_end - path_end);
    url = append_query(url, query);
    if (parameters.has("fragment"))
        url.append("#").append(encode_path_segment(fragment));
    else
        url += base.substr(query_end);
    return put_out({{"url", url}});
}

}  // namespace

NodeType url_build() {
    return data_node(
        "url.build",
        "Adds to a URL what must be percent-encoded in it: parts of the path, a query, a fragment.",
        object_schema(
            {{"base", "string", "The URL to add to.", true,
              Object{{"examples", Array{"https://example.com/api"}}}},
             {"segments", "array", "Parts of the path; a slash in one is encoded, too.", false,
              Object{{"examples", Array{Array{"users", "a/b"}}}}},
             {"query", "object",
              "Names with texts, numbers or booleans, or lists of these: the name is repeated. "
              "Null "
              "is left out.",
              false, Object{{"examples", Array{Object{{"q", "a b"}, {"tag", Array{"x", "y"}}}}}}},
             {"fragment",
              "string",
              "What stands behind #, in place of what `base` has.",
              false,
              {}}}),
        object_schema({{"url", "string", "The URL.", true, {}}}), run);
}

}  // namespace sluice::nodes
