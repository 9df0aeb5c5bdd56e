#include <algorithm>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/matches.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

/// A replacement, taken apart once: texts, each followed by a group (or none).
class Replacement {
  public:
    /// `$1` to `$99`, `$<name>`, `$&` (the whole match) and `$$` as in JavaScript; tells a problem
    /// for a group that the pattern does not have.
    static Replacement parse(std::string_view written, const expression::RegularExpression& code,
                             DataParameters& parameters) {
        Replacement result;
        std::string text;
        while (!written.empty()) {
            const auto plain = written.substr(0, written.find('$'));
            text += plain;
            written.remove_prefix(plain.size());
            if (written.empty()) break;
            std::size_t length = 0;
            const auto group = group_at(written, code, length);
            if (length == 0) {  // a dollar like any other
                text += '$';
                written.remove_prefix(1);
                continue;
            }
            if (group == dollar)
                text += '$';
            else if (group > code.groups())
                parameters.problem("with", "names the group `" +
                                               std::string(written.substr(0, length)) +
                                               "`, which `pattern` does not have");
            else
                result.parts_.push_back({std::exchange(text, {}), group});
            written.remove_prefix(length);
        }
        result.end_ = std::move(text);
        return result;
    }

    void append(std::string& out, std::span<const std::string_view> places) const {
        for (const auto& part : parts_) out.append(part.text).append(places[part.group]);
        out += end_;
    }

  private:
    static constexpr std::size_t dollar = 1'000;
    static constexpr std::size_t unknown = 2'000;
    struct Part {
        std::string text;
        std::size_t group;
    };

    /// What begins at a dollar: its `length` is 0 when it stands for itself.
    static std::size_t group_at(std::string_view text, const expression::RegularExpression& code,
                                std::size_t& length) {
        const char next = text.size() > 1 ? text[1] : '\0';
        length = 2;
        if (next == '$') return dollar;
        if (next == '&') return 0;
        if (next >= '1' && next <= '9') {
            const auto one = static_cast<std::size_t>(next - '0');
            if (text.size() > 2 && text[2] >= '0' && text[2] <= '9') {
                const std::size_t two = one * 10 + static_cast<std::size_t>(text[2] - '0');
                if (two <= code.groups()) {
                    length = 3;
                    return two;
                }
            }
            return one;
        }
        const std::size_t end = text.find('>');
        if (next == '<' && end != std::string_view::npos) {
            length = end + 1;
            const auto name = text.substr(2, end - 2);
            const auto found = std::ranges::find(code.group_names(), name);
            return found == code.group_names().end()
                       ? unknown
                       : static_cast<std::size_t>(found - code.group_names().begin()) + 1;
        }
        length = 0;
        return 0;
    }

    std::vector<Part> parts_;
    std::string end_;
};

/// All of `find` without a pattern, or the first one.
NodeOutcome replace_text(std::string_view text, std::string_view find, std::string_view with,
                         bool all, const DataParameters& parameters) {
    std::string out;
    std::size_t count = 0;
    std::size_t from = 0;
    for (std::size_t at = text.find(find); at != std::string_view::npos;
         at = all ? text.find(find, from) : std::string_view::npos) {
        out.append(text.substr(from, at - from)).append(with);
        from = at + find.size();
        ++count;
        if (out.size() > parameters.limits().output_bytes)
            return too_large("text", parameters.type(), parameters.limits().output_bytes, "bytes",
                             "replace by less");
    }
    out += text.substr(from);
    return put_out({{"text", out}, {"replaced", count}});
}

NodeOutcome replace_pattern(const Pattern& pattern, const Replacement& replacement, bool all,
                            std::string_view text, const DataParameters& parameters) {
    Matches matches(pattern, text, parameters);
    std::string out;
    std::size_t count = 0;
    std::size_t from = 0;
    while (matches.next()) {
        out += text.substr(from, matches.begin() - from);
        replacement.append(out, matches.places());
        from = matches.end();
        ++count;
        if (out.size() > parameters.limits().output_bytes)
            return too_large("text", parameters.type(), parameters.limits().output_bytes, "bytes",
                             "replace by less");
        if (!all) break;
    }
    if (auto failure = matches.failure()) return std::move(*failure);
    out += text.substr(from);
    return put_out({{"text", out}, {"replaced", count}});
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "find", "pattern", "flags", "with", "all"});
    const std::string_view text = parameters.bounded_text("text");
    const std::string_view with = parameters.text("with");
    const bool all = parameters.flag("all", true);
    const bool is_pattern = parameters.has("pattern");
    if (is_pattern == parameters.has("find"))
        parameters.problem("find", "or `pattern` must be given, and not both");
    if (parameters.has("flags") && !is_pattern) parameters.problem("flags", "goes with `pattern`");
    const std::string_view find = parameters.text_or("find", "");
    if (parameters.has("find") && find.empty()) parameters.problem("find", "must not be empty");
    const std::string_view written = parameters.text_or("pattern", "");
    const std::string_view flags = parameters.text_or("flags", "u");
    if (auto failure = parameters.failure()) return std::move(*failure);
    if (!is_pattern) return replace_text(text, find, with, all, parameters);

    const Pattern pattern = Pattern::compile("pattern", written, flags, parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);
    const auto replacement = Replacement::parse(with, pattern.code(), parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);
    return replace_pattern(pattern, replacement, all, text, parameters);
}

}  // namespace

NodeType text_replace() {
    return data_node(
        "text.replace", "Replaces a text, or what a regular expression finds, within a text.",
        object_schema(
            {{"text", "string", "The text, at most 1 MiB.", true, {}},
             {"find", "string", "What to replace, to the letter.", false,
              Object{{"examples", Array{"\t"}}}},
             {"pattern", "string",
              "Instead of `find`: a regular expression, as text.match has them.", false,
              Object{{"examples", Array{R"((\d+)\.(\d+))"}}}},
             {"flags", "string", "Of the pattern: i, m, s, u.", false, Object{{"default", "u"}}},
             {"with", "string",
              "What stands there then. With a pattern $1 to $99 and $<name> are its groups, $& is "
              "the whole match and $$ a dollar.",
              true, Object{{"examples", Array{"$1,$2"}}}},
             {"all", "boolean", "Every one, or the first.", false, Object{{"default", true}}}}),
        object_schema({{"text", "string", "The text with the replacements.", true, {}},
                       {"replaced", "integer", "How many there were.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
