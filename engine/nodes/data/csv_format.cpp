#include <array>
#include <set>

#include <csv.h>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

struct Writer {
    char delimiter;
    std::string_view line_end;
    std::string text = {};

    /// Quoted where a reader could take it for something else.
    void field(std::string_view value, bool first, bool alone) {
        if (!first) text += delimiter;
        const bool plain = value.find_first_of("\"\r\n") == std::string_view::npos &&
                           value.find(delimiter) == std::string_view::npos &&
                           !(alone && value.empty()) && !value.starts_with(' ') &&
                           !value.ends_with(' ') && !value.starts_with('\t') &&
                           !value.ends_with('\t') && !(first && value.starts_with("\xEF\xBB\xBF"));
        if (plain) {
            text += value;
            return;
        }
        const std::size_t before = text.size();
        text.resize(before + value.size() * 2 + 2);
        const std::size_t written =
            csv_write(text.data() + before, text.size() - before, value.data(), value.size());
        text.resize(before + written);
    }
    void end_row() { text += line_end; }
};

/// The given names, or all that occur, in the order in which they first do.
std::vector<std::string> columns_of(const Array& rows, DataParameters& parameters) {
    std::vector<std::string> columns;
    std::set<std::string, std::less<>> known;
    if (parameters.has("columns")) {
        for (const auto& name : parameters.list("columns")) {
            const auto* const text = name.if_string();
            if (text == nullptr || text->empty() || !known.emplace(*text).second) {
                parameters.problem("columns", "must be a list of names that differ");
                return {};
            }
            columns.emplace_back(*text);
        }
        return columns;
    }
    for (const auto& row : rows)
        if (const auto* const object = row.if_object())
            for (const auto& member : *object)
                if (known.emplace(member.key()).second) columns.emplace_back(member.key());
    return columns;
}

NodeError not_a_field(std::size_t row, std::string_view what) {
    return {"not_text", "rows[" + std::to_string(row) + "] " + std::string(what),
            Object{{"row", row}}, false};
}

std::optional<NodeError> add_row(Writer& writer, const Value& row, std::size_t number,
                                 const std::vector<std::string>& columns) {
    const auto* const object = row.if_object();
    const auto* const list = row.if_array();
    const std::size_t width = object != nullptr ? columns.size()
                              : list != nullptr ? list->size()
                                                : 0;
    if (width == 0)
        return not_a_field(number, "must be an object or a list with at least one field");
    for (std::size_t at = 0; at < width; ++at) {
        const Value* const value =
            object != nullptr ? object->if_contains(columns[at]) : &(*list)[at];
        const bool absent = value == nullptr || value->is_null();
        if (!absent && value->is_structured())
            return not_a_field(number,
                               "has a list or an object in a field: flatten it before "
                               "(data.flatten), or write it as JSON (json.format)");
        writer.field(absent ? std::string() : as_text(*value), at == 0, width == 1);
    }
    writer.end_row();
    return std::nullopt;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"rows", "columns", "header", "delimiter", "line_end"});
    const Array& rows = parameters.list("rows");
    const auto columns = columns_of(rows, parameters);
    const bool header = parameters.flag("header", true);
    const std::string_view delimiter = parameters.text_or("delimiter", ",");
    if (delimiter.size() != 1 || static_cast<unsigned char>(delimiter[0]) >= 0x80 ||
        delimiter[0] == '"' || delimiter[0] == '\n' || delimiter[0] == '\r' || delimiter[0] == 0)
        parameters.problem("delimiter", "must be one ASCII character, such as , or ; or a tab");
    constexpr std::array<std::string_view, 2> ends{"\n", "\r\n"};
    constexpr std::array<std::string_view, 2> end_words{"lf", "crlf"};
    const std::string_view line_end = ends[parameters.choice("line_end", end_words, 0)];
    if (auto failure = parameters.failure()) return std::move(*failure);

    Writer writer{delimiter[0], line_end};
    if (header && !columns.empty()) {
        for (std::size_t at = 0; at < columns.size(); ++at)
            writer.field(columns[at], at == 0, columns.size() == 1);
        writer.end_row();
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (auto failure = add_row(writer, rows[at], at, columns)) return std::move(*failure);
        if (writer.text.size() > parameters.limits().output_bytes)
            return too_large("rows", parameters.type(), parameters.limits().output_bytes, "bytes",
                             "write fewer rows at once");
    }
    return put_out({{"text", writer.text}});
}

}  // namespace

NodeType csv_format() {
    return data_node(
        "csv.format",
        "Writes objects or lists as CSV (RFC 4180). Fields are quoted where they must be; null is "
        "empty.",
        object_schema(
            {{"rows", "array", "Objects, or lists of fields.", true,
              Object{{"examples", Array{Array{Object{{"id", 7}, {"name", "Ada"}}}}}}},
             {"columns", "array",
              "Which members of the objects, in which order; without it, all that occur.", false,
              Object{{"examples", Array{Array{"id", "name"}}}}},
             {"header", "boolean", "Begin with a row of the names, where there are any.", false,
              Object{{"default", true}}},
             {"delimiter", "string", "What stands between fields: one ASCII character.", false,
              Object{{"default", ","}, {"examples", Array{";", "\t"}}}},
             {"line_end", "", "What a row ends with: a line feed, or a carriage return and one.",
              false, Object{{"enum", Array{"lf", "crlf"}}, {"default", "lf"}}}}),
        object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
