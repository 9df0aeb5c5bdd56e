#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "engine/nodes/data/csv_reader.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

enum class Kind : std::uint8_t { text, number, integer, boolean };
constexpr std::array<std::string_view, 4> kind_words{"text", "number", "integer", "boolean"};

struct Wanted {
    CsvReader::Form form;
    bool header = true;
    bool fill = false;
    std::vector<std::string> columns;  ///< empty: those of the header, or none
    std::map<std::string, Kind, std::less<>> types;
};

void read_columns(Wanted& wanted, DataParameters& parameters) {
    if (!parameters.has("columns")) return;
    std::set<std::string_view> known;
    const Array& list = parameters.list("columns");
    for (const auto& name : list) {
        const auto* const text = name.if_string();
        if (text == nullptr || text->empty() || !known.insert(*text).second)
            return parameters.problem("columns", "must be a list of names that differ");
        wanted.columns.emplace_back(*text);
    }
}

void read_types(Wanted& wanted, DataParameters& parameters) {
    if (!parameters.has("types")) return;
    for (const auto& entry : parameters.object("types")) {
        const auto* const word = entry.value().if_string();
        const auto* const found = word == nullptr
                                      ? kind_words.end()
                                      : std::ranges::find(kind_words, std::string_view(*word));
        if (found == kind_words.end())
            parameters.problem("types." + std::string(entry.key()),
                               "must be text, number, integer or boolean");
        else
            wanted.types[entry.key()] = static_cast<Kind>(found - kind_words.begin());
    }
}

Wanted read_wanted(DataParameters& parameters) {
    Wanted wanted;
    const std::string_view delimiter = parameters.text_or("delimiter", ",");
    const auto byte = delimiter.size() == 1 ? static_cast<unsigned char>(delimiter[0]) : 0U;
    if (byte == 0 || byte >= 0x80 || byte == '"' || byte == '\n' || byte == '\r')
        parameters.problem("delimiter", "must be one ASCII character, such as , or ; or a tab");
    else
        wanted.form.delimiter = delimiter[0];
    wanted.form.trim = parameters.flag("trim", false);
    wanted.header = parameters.flag("header", true);
    constexpr std::array<std::string_view, 2> ragged{"fail", "fill"};
    wanted.fill = parameters.choice("ragged", ragged, 0) == 1;
    read_columns(wanted, parameters);
    read_types(wanted, parameters);
    return wanted;
}

std::optional<Value> typed(const std::string& text, Kind kind) {
    if (kind == Kind::text) return Value(text);
    if (text.empty()) return Value();
    if (kind == Kind::boolean) {
        if (text != "true" && text != "false") return std::nullopt;
        return Value(text == "true");
    }
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    const auto as_whole = std::from_chars(text.data(), end, whole);
    if (as_whole.ec == std::errc{} && as_whole.ptr == end) return Value(whole);
    if (kind == Kind::integer) return std::nullopt;
    double number = 0;
    const auto as_number = std::from_chars(text.data(), end, number);
    if (as_number.ec != std::errc{} || as_number.ptr != end || !std::isfinite(number))
        return std::nullopt;
    return Value(number);
}

/// Turns rows into items.
class Table {
  public:
    Table(Wanted wanted, const DataParameters& parameters)
        : wanted_(std::move(wanted)), parameters_(parameters) {
        if (!wanted_.columns.empty()) know_columns();
    }

    /// False after a failure.
    bool take(std::vector<std::string>& row, std::size_t number) {
        if (number == 1 && wanted_.header) return take_header(row);
        if (width_ == 0) width_ = row.size();
        fields_ += width_;
        // Each field takes a byte of the text, but those that rows are filled up with.
        if (fields_ > parameters_.limits().data_text_bytes ||
            rows_.size() >= parameters_.limits().data_items)
            return fail(too_many_items("text", parameters_.type(), parameters_.limits()));
        if (row.size() > width_ || (row.size() < width_ && !wanted_.fill))
            return ragged(row, number);
        if (wanted_.columns.empty()) {
            Array list(row.begin(), row.end());
            rows_.emplace_back(std::move(list));
            return true;
        }
        return take_object(row, number);
    }

    NodeOutcome end() {
        if (failure_) return std::move(*failure_);
        return put_out({{"rows", std::move(rows_)},
                        {"columns", Array(wanted_.columns.begin(), wanted_.columns.end())}});
    }

  private:
    bool fail(NodeError error) {
        failure_ = std::move(error);
        return false;
    }

    void know_columns() {
        width_ = wanted_.columns.size();
        for (const auto& column : wanted_.columns) {
            const auto found = wanted_.types.find(column);
            kinds_.push_back(found == wanted_.types.end() ? Kind::text : found->second);
        }
    }

    bool take_header(std::vector<std::string>& row) {
        if (!wanted_.columns.empty()) return true;  // they stand in place of the header
        std::set<std::string_view> known;
        for (const auto& name : row)
            if (name.empty() || !known.insert(name).second)
                return fail({"invalid_header",
                             name.empty() ? "the header names a column with an empty text: give "
                                            "`columns`, or `header: false`"
                                          : "the header names two columns `" + name +
                                                "`: give `columns` names that differ",
                             Object{{"column", name}}, false});
        wanted_.columns = std::move(row);
        know_columns();
        return true;
    }

    bool ragged(const std::vector<std::string>& row, std::size_t number) {
        return fail({"ragged_rows",
                     "row " + std::to_string(number) + " has " + std::to_string(row.size()) +
                         " fields in place of " + std::to_string(width_) +
                         (row.size() < width_
                              ? ": with `ragged: fill` missing ones are empty"
                              : ": is a field with a delimiter not quoted, or the delimiter "
                                "another one?"),
                     Object{{"row", number}}, false});
    }

    bool take_object(const std::vector<std::string>& row, std::size_t number) {
        Object object;
        object.reserve(width_);
        static const std::string nothing;
        for (std::size_t at = 0; at < width_; ++at) {
            const std::string& text = at < row.size() ? row[at] : nothing;
            auto value = typed(text, kinds_[at]);
            if (!value)
                return fail({"invalid_csv_value",
                             "`" + wanted_.columns[at] + "` in row " + std::to_string(number) +
                                 " is no " +
                                 std::string(kind_words[static_cast<std::size_t>(kinds_[at])]) +
                                 ", as `types` has it",
                             Object{{"row", number}, {"column", wanted_.columns[at]}}, false});
            object[wanted_.columns[at]] = std::move(*value);
        }
        rows_.emplace_back(std::move(object));
        return true;
    }

    Wanted wanted_;
    const DataParameters& parameters_;
    std::vector<Kind> kinds_;
    std::size_t width_ = 0;  ///< 0: the first row says
    std::size_t fields_ = 0;
    Array rows_;
    std::optional<NodeError> failure_;
};

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "delimiter", "header", "columns", "types", "trim", "ragged"});
    const std::string_view text = parameters.bounded_text("text");
    Wanted wanted = read_wanted(parameters);
    if (!wanted.types.empty() && !wanted.header && wanted.columns.empty())
        parameters.problem("types", "goes with names: give `columns`");
    if (auto failure = parameters.failure()) return std::move(*failure);

    const auto form = wanted.form;
    Table table(std::move(wanted), parameters);
    const auto read = CsvReader::read(
        text, form, [&](auto& row, std::size_t number) { return table.take(row, number); });
    if (!read) {
        auto error = read.error();
        return NodeError{std::move(error.code), std::move(error.message), std::move(error.details),
                         false};
    }
    return table.end();
}

}  // namespace

NodeType csv_parse() {
    return data_node(
        "csv.parse",
        "Reads CSV (RFC 4180) row by row. With names, rows are objects, else lists; fields are "
        "texts unless `types` says otherwise.",
        object_schema(
            {{"text", "string", "The text, at most 1 MiB.", true,
              Object{{"examples", Array{"id,name\n7,Ada\n"}}}},
             {"delimiter", "string", "What stands between fields: one ASCII character.", false,
              Object{{"default", ","}, {"examples", Array{";", "\t"}}}},
             {"header", "boolean", "The first row has the names of the columns.", false,
              Object{{"default", true}}},
             {"columns", "array", "Names of the columns, in place of those of the header.", false,
              Object{{"examples", Array{Array{"id", "name"}}}}},
             {"types", "object",
              "Columns whose fields are not texts: number, integer or boolean (true, false). Empty "
              "ones are null there.",
              false, Object{{"examples", Array{Object{{"price", "number"}}}}}},
             {"trim", "boolean", "Take spaces around fields without quotes away.", false,
              Object{{"default", false}}},
             {"ragged", "", "Rows with too few fields: refuse them, or fill them up.", false,
              Object{{"enum", Array{"fail", "fill"}}, {"default", "fail"}}}}),
        object_schema({{"rows", "array", "Objects, or lists when there are no names.", true, {}},
                       {"columns", "array", "The names, in order.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
