#include "engine/definition/problems.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sluice::definition {

void Problems::at_value(std::string_view pointer, std::string code, std::string message,
                        std::string suggestion) {
    add(pointer, positions_.value(pointer), std::move(code), std::move(message),
        std::move(suggestion));
}

void Problems::at_key(std::string_view pointer, std::string code, std::string message,
                      std::string suggestion) {
    add(pointer, positions_.key(pointer), std::move(code), std::move(message),
        std::move(suggestion));
}

void Problems::add(std::string_view pointer, SourcePosition position, std::string code,
                   std::string message, std::string suggestion) {
    if (diagnostics_.size() >= limit_) {
        ++unlisted_;
        return;
    }
    diagnostics_.push_back(Diagnostic{Severity::error, std::move(code), std::move(message),
                                      std::string(pointer), position.line, position.column,
                                      std::move(suggestion)});
}

Diagnostics Problems::take() {
    std::ranges::sort(diagnostics_, {}, [](const Diagnostic& one) {
        return std::tuple<std::size_t, std::size_t, std::string_view, std::string_view,
                          std::string_view>(one.line, one.column, one.path, one.code, one.message);
    });
    if (unlisted_ > 0)
        diagnostics_.push_back(
            Diagnostic{Severity::error, "more_problems",
                       std::to_string(unlisted_) + " more problems are not listed", "", 0, 0, ""});
    return std::move(diagnostics_);
}

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return '`' + std::string(text) + '`';
    // Not within a UTF-8 sequence.
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return '`' + std::string(text.substr(0, end)) + "...`";
}

std::string_view kind_name(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return "nothing";
        case boost::json::kind::bool_:
            return "a boolean";
        case boost::json::kind::string:
            return "text";
        case boost::json::kind::array:
            return "a list";
        case boost::json::kind::object:
            return "a map";
        default:
            return "a number";
    }
}

}  // namespace sluice::definition
