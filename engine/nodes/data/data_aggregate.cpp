#include <array>
#include <set>

#include "engine/nodes/data/arithmetic.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/keys.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

enum class Function : std::uint8_t { count, distinct, sum, average, min, max, first, last, list };
constexpr std::array<std::string_view, 9> function_names{
    "count", "distinct", "sum", "average", "min", "max", "first", "last", "list"};

struct Figure {
    std::string name;
    Function function;
    Path path;
};

std::string names_listed() {
    std::string text;
    for (const auto name : function_names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

std::vector<Figure> read_figures(DataParameters& parameters) {
    std::vector<Figure> figures;
    const Object& fields = parameters.object("fields");
    if (fields.empty() || fields.size() > parameters.limits().data_rules)
        parameters.problem("fields", "must have from 1 to " +
                                         std::to_string(parameters.limits().data_rules) +
                                         " names, such as {total: {sum: price}}");
    for (const auto& entry : fields) {
        const std::string place = "fields." + std::string(entry.key());
        const auto* const object = entry.value().if_object();
        const auto* const known =
            object == nullptr || object->size() != 1
                ? function_names.end()
                : std::ranges::find(function_names, std::string_view(object->begin()->key()));
        if (known == function_names.end()) {
            parameters.problem(
                place, "must be one of " + names_listed() + " with a path, such as {sum: price}");
            continue;
        }
        const auto function = static_cast<Function>(known - function_names.begin());
        const Value& written = object->begin()->value();
        Figure figure{entry.key(), function, {}};
        if (written != true) {  // true: the item itself
            auto path = Path::parse(written, parameters.limits());
            if (!path) {
                parameters.problem(place,
                                   std::string(path_expectation) + ", or true for the item itself");
                continue;
            }
            figure.path = std::move(*path);
        }
        figures.push_back(std::move(figure));
    }
    return figures;
}

NodeError not_a_number(const Figure& figure, std::size_t item) {
    return {"not_a_number",
            "`fields." + figure.name + "` takes numbers, and " +
                (figure.path.text().empty() ? "the item" : '`' + figure.path.text() + '`') +
                " of items[" + std::to_string(item) +
                "] is none: filter such items out, or make numbers of them before (number.parse, "
                "`types` of csv.parse)",
            Object{{"item", item}}, false};
}

/// One figure of the items at `places`. What is missing or null does not count.
node_result<Value> figure_of(const Figure& figure, const Array& items,
                             const std::vector<std::size_t>& places) {
    std::vector<std::pair<std::size_t, const Value*>> found;
    for (const std::size_t place : places) {
        const Value* const value = figure.path.find(items[place]);
        if (value != nullptr && !value->is_null()) found.emplace_back(place, value);
    }
    if (figure.function == Function::count) return Value(found.size());
    if (figure.function == Function::distinct) {
        std::set<const Value*, ValueLess> distinct;
        for (const auto& [place, value] : found) distinct.insert(value);
        return Value(distinct.size());
    }
    if (figure.function == Function::list) {
        Array list;
        for (const auto& [place, value] : found) list.push_back(*value);
        return Value(std::move(list));
    }
    const bool adds = figure.function == Function::sum || figure.function == Function::average;
    if (found.empty()) return figure.function == Function::sum ? Value(0) : Value();
    if (figure.function == Function::first) return *found.front().second;
    if (figure.function == Function::last) return *found.back().second;
    Value result = adds ? Value(0) : *found.front().second;
    for (const auto& [place, value] : found) {
        if (adds) {
            if (!value->is_number()) return not_a_number(figure, place);
            auto sum = add(result, *value);
            if (!sum) return sum.error();
            result = std::move(*sum);
        } else {
            const auto compared = compare_values(*value, result);
            if (figure.function == Function::min ? compared < 0 : compared > 0) result = *value;
        }
    }
    return figure.function == Function::average ? divide(result, Value(found.size()))
                                                : node_result<Value>(std::move(result));
}

node_result<Object> figures_of(const std::vector<Figure>& figures, const Array& items,
                               const std::vector<std::size_t>& places) {
    Object object;
    for (const auto& figure : figures) {
        auto value = figure_of(figure, items, places);
        if (!value) return value.error();
        object[figure.name] = std::move(*value);
    }
    return object;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "by", "fields"});
    const Array& items = parameters.list("items");
    const auto figures = read_figures(parameters);
    std::vector<Path> by;
    if (parameters.has("by")) by = parameters.paths("by");
    if (auto failure = parameters.failure()) return std::move(*failure);

    if (by.empty()) {
        std::vector<std::size_t> all(items.size());
        for (std::size_t at = 0; at < all.size(); ++at) all[at] = at;
        auto object = figures_of(figures, items, all);
        if (!object) return object.error();
        return put_out(std::move(*object));
    }
    Array groups;
    const KeyedItems keyed(items, by);
    for (const auto& places : keyed.groups()) {
        auto object = figures_of(figures, items, places);
        if (!object) return object.error();
        Object group{{"key", group_key(keyed.keys_of(places.front()), by)}};
        for (auto& entry : *object) group[entry.key()] = std::move(entry.value());
        groups.emplace_back(std::move(group));
    }
    return put_out({{"groups", std::move(groups)}});
}

}  // namespace

NodeType data_aggregate() {
    return data_node(
        "data.aggregate",
        "Works figures out of a list: of all of it, or of each group of items with the same key.",
        object_schema(
            {{"items", "array", "The list.", true, {}},
             {"fields", "object",
              "Each name with what it is and where it stands: count, distinct (how many different "
              "ones), sum, average, min, max, first, last or list. What is missing or null does "
              "not "
              "count; `true` in place of a path is the item itself.",
              true,
              Object{{"examples", Array{Object{{"total", Object{{"sum", "price"}}},
                                               {"orders", Object{{"count", true}}}}}}}},
             {"by", "", "The path, or paths, of the key of a group.", false,
              Object{{"examples", Array{"country"}}}}}),
        open_object_schema({{"groups",
                             "array",
                             "With `by`: {key, and the figures} of each group. Without it, the "
                             "figures themselves stand here.",
                             false,
                             {}}}),
        run);
}

}  // namespace sluice::nodes
