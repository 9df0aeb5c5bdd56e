#include "engine/definition/format.hpp"

#include <utility>

#include "engine/definition/document.hpp"
#include "engine/definition/format_tree.hpp"
#include "engine/definition/json_equality.hpp"

namespace sluice::definition {
namespace {

/// With line feeds only, and no byte order mark.
std::string plain_lines(std::string_view source) {
    if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
    std::string text;
    text.reserve(source.size() + 1);
    for (std::size_t at = 0; at < source.size(); ++at) {
        if (source[at] != '\r')
            text += source[at];
        else if (at + 1 == source.size() || source[at + 1] != '\n')
            text += '\n';
    }
    if (!text.ends_with('\n')) text += '\n';
    return text;
}

Error not_formattable(std::string reason) {
    return {"not_formattable", std::move(reason) + "; the text is left as it is", {}};
}

/// One pass. Nullopt-like empty text when the result does not mean the same.
result<std::string> formatted(const std::string& text, bool ordered, const Limits& limits) {
    const Document before = parse_document(text, SourceFormat::yaml, limits);
    auto written = read_written(text);
    if (!written) return written.error();
    if (ordered) order_flow(written->root);
    std::string result = write_document(written->root);
    const Document after = parse_document(result, SourceFormat::yaml, limits);
    if (!after.complete || has_errors(after.diagnostics) || !equal_json(before.value, after.value))
        return not_formattable("its canonical form would not mean the same");
    const auto again = read_written(result);
    if (!again || again->comments != written->comments)
        return not_formattable("comments in it would be lost");
    return {boost::system::in_place_value, std::move(result)};
}

}  // namespace

result<std::string> format_flow(std::string_view source, const Limits& limits) {
    const Document document = parse_document(source, SourceFormat::yaml, limits);
    if (!document.complete || has_errors(document.diagnostics)) {
        Array diagnostics;
        for (const auto& diagnostic : document.diagnostics)
            diagnostics.push_back(to_value(diagnostic));
        return Error{"invalid_document", "the text is no YAML document that can be formatted",
                     Object{{"diagnostics", std::move(diagnostics)}}};
    }
    const std::string text = plain_lines(source);
    const auto attempt = [&](bool ordered) -> result<std::string> {
        auto once = formatted(text, ordered, limits);
        if (!once) return once;
        auto twice = formatted(*once, ordered, limits);
        if (!twice) return twice;
        if (*twice == *once) return once;
        const auto thrice = formatted(*twice, ordered, limits);
        if (thrice && *thrice == *twice) return twice;
        return not_formattable("it has no canonical form");
    };
    auto ordered = attempt(true);
    if (ordered) return ordered;
    auto unordered = attempt(false);
    return unordered ? std::move(unordered) : std::move(ordered);
}

}  // namespace sluice::definition
