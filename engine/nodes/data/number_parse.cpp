#include <charconv>
#include <cmath>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/// The plain form of a number: sign, digits without groups, a point. Empty when it is none.
std::string plain_form(std::string_view text, std::string_view group, std::string_view point) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    std::string plain;
    if (text.starts_with('-')) plain = "-";
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    std::size_t digits = 0;
    std::size_t since_group = 0;
    bool grouped = false;
    while (!text.empty()) {
        if (is_digit(text.front())) {
            plain += text.front();
            text.remove_prefix(1);
            ++digits;
            ++since_group;
        } else if (!group.empty() && text.starts_with(group)) {
            // Thousands stand in threes, the first of them in one to three.
            if (grouped ? since_group != 3 : since_group == 0 || since_group > 3) return {};
            grouped = true;
            since_group = 0;
            text.remove_prefix(group.size());
        } else {
            break;
        }
    }
    if (digits == 0 || (grouped && since_group != 3)) return {};
    if (text.starts_with(point)) {
        text.remove_prefix(point.size());
        plain += '.';
        if (text.empty() || !is_digit(text.front())) return {};
        for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1))
            plain += text.front();
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        plain += 'e';
        text.remove_prefix(1);
        if (text.starts_with('+'))
            text.remove_prefix(1);
        else if (text.starts_with('-')) {
            plain += '-';
            text.remove_prefix(1);
        }
        if (text.empty()) return {};
        for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1))
            plain += text.front();
    }
    return text.empty() ? plain : std::string();
}

node_result<Value> number_of(const std::string& plain) {
    const char* const end = plain.data() + plain.size();
    if (plain.find_first_of(".e") == std::string::npos) {
        std::int64_t whole = 0;
        if (std::from_chars(plain.data(), end, whole).ec == std::errc{}) return Value(whole);
        std::uint64_t large = 0;
        if (std::from_chars(plain.data(), end, large).ec == std::errc{}) return Value(large);
        return NodeError{"number_overflow",
                         "`text` is a whole number with more digits than 64 bits hold: keep it as "
                         "text",
                         nullptr, false};
    }
    double number = 0;
    const auto read = std::from_chars(plain.data(), end, number);
    // What is too small for a number is 0.
    const bool tiny =
        read.ec == std::errc::result_out_of_range && plain.find("e-") != std::string::npos;
    if (tiny) return Value(0.0);
    if (read.ec != std::errc{} || !std::isfinite(number))
        return NodeError{"number_overflow", "`text` is larger than any number", nullptr, false};
    return Value(number);
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "group", "point"});
    const std::string_view text = parameters.bounded_text("text");
    const std::string_view group = parameters.text_or("group", "");
    const std::string_view point = parameters.text_or("point", ".");
    if (point.empty() || point.size() > 4) parameters.problem("point", "must be one character");
    if (group == point || group.size() > 4)
        parameters.problem("group", "must be one character, and another one than `point`");
    if (auto failure = parameters.failure()) return std::move(*failure);
    const std::string plain = plain_form(text, group, point);
    if (plain.empty())
        return NodeError{
            "not_a_number",
            "`text` is no number with `" + std::string(point) + "` as its point" +
                (group.empty() ? std::string()
                               : " and `" + std::string(group) + "` between its thousands"),
            nullptr, false};
    auto number = number_of(plain);
    if (!number) return number.error();
    return put_out({{"number", std::move(*number)}});
}

}  // namespace

NodeType number_parse() {
    return data_node(
        "number.parse",
        "Reads a number as people write it: `-1.234,50`, `1e6`. Whole numbers stay exact.",
        object_schema({{"text", "string", "The text; spaces around it do not count.", true,
                        Object{{"examples", Array{"1.234,50"}}}},
                       {"group", "string", "What may stand between thousands.", false,
                        Object{{"examples", Array{".", ","}}}},
                       {"point", "string", "What stands before the fraction.", false,
                        Object{{"default", "."}, {"examples", Array{","}}}}}),
        object_schema({{"number", "number", "The number.", true, {}}}), run);
}

}  // namespace sluice::nodes
