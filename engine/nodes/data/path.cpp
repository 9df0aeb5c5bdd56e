#include "engine/nodes/data/path.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/nodes/parameter_reader.hpp"

namespace sluice::nodes {
namespace {

constexpr std::uint64_t highest_index = 1'000'000'000;

}  // namespace

std::optional<Path> Path::parse(const Value& written, const Limits& limits) {
    Path path;
    if (const auto* const text = written.if_string()) {
        if (!path.parse_text(*text, limits)) return std::nullopt;
        return path;
    }
    const auto* const list = written.if_array();
    if (list == nullptr || list->empty()) return std::nullopt;
    for (const auto& part : *list) {
        bool added = false;
        if (const auto* const key = part.if_string())
            added = path.add(std::string(*key), limits);
        else if (const auto index = whole_number(part, highest_index))
            added = path.add(static_cast<std::size_t>(*index), limits);
        if (!added) return std::nullopt;
    }
    return path;
}

bool Path::add(Part part, const Limits& limits) {
    if (parts_.size() >= limits.data_rule_depth) return false;
    if (const auto* const index = std::get_if<std::size_t>(&part))
        text_.append("[").append(std::to_string(*index)).append("]");
    else
        text_.append(text_.empty() ? "" : ".").append(std::get<std::string>(part));
    parts_.push_back(std::move(part));
    return true;
}

bool Path::parse_text(std::string_view text, const Limits& limits) {
    bool key_expected = true;
    while (!text.empty()) {
        if (text.front() == '[') {
            std::size_t index = 0;
            const char* const end = text.data() + text.size();
            const auto read = std::from_chars(text.data() + 1, end, index);
            if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ']' ||
                index > highest_index || !add(index, limits))
                return false;
            text.remove_prefix(static_cast<std::size_t>(read.ptr + 1 - text.data()));
            key_expected = false;
            continue;
        }
        if (!key_expected) {
            if (text.front() != '.') return false;
            text.remove_prefix(1);
        }
        const auto key = text.substr(0, text.find_first_of(".["));
        if (key.empty() || key.find(']') != std::string_view::npos ||
            !add(std::string(key), limits))
            return false;
        text.remove_prefix(key.size());
        key_expected = false;
    }
    return !parts_.empty();
}

const Value* Path::find(const Value& item) const {
    const Value* at = &item;
    for (const auto& part : parts_) {
        if (const auto* const key = std::get_if<std::string>(&part)) {
            const auto* const object = at->if_object();
            at = object == nullptr ? nullptr : object->if_contains(*key);
        } else {
            const auto* const list = at->if_array();
            at = list == nullptr ? nullptr : list->if_contains(std::get<std::size_t>(part));
        }
        if (at == nullptr) return nullptr;
    }
    return at;
}

}  // namespace sluice::nodes
