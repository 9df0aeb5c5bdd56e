#include "engine/nodes/code_scope.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 9> roots = {"input", "vars",  "trigger", "env",  "execution",
                                                   "flow",  "error", "item",    "index"};

constexpr std::size_t longest_pattern = 4u << 10;  // in front of `= secrets`

bool is_word(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '$';
}

std::string_view word_at(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_word(text[length])) ++length;
    return text.substr(0, length);
}

/// The member that the text after `nodes` or `secrets` names; empty when it names none in so many
/// words.
std::string_view named_member(std::string_view rest, CodeLanguage language) {
    if (language == CodeLanguage::python) {
        if (!rest.starts_with('[')) return {};
    } else if (rest.starts_with("?.")) {
        rest.remove_prefix(2);
        if (!rest.starts_with('[')) return word_at(rest);
    } else if (rest.starts_with('.')) {
        return word_at(rest.substr(1));
    }
    if (rest.size() < 2 || rest[0] != '[' || (rest[1] != '"' && rest[1] != '\'')) return {};
    const auto end = rest.find(rest[1], 2);
    if (end == std::string_view::npos || !rest.substr(end + 1).starts_with(']')) return {};
    return rest.substr(2, end - 2);
}

bool is_space(char character) {
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

std::string_view trim_end(std::string_view text) {
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// The names in the braces of `{A, B: b} =` at the end of a text.
std::set<std::string_view> taken_apart(std::string_view before) {
    if (before.size() > longest_pattern) before.remove_prefix(before.size() - longest_pattern);
    before = trim_end(before);
    if (!before.ends_with('=')) return {};
    before = trim_end(before.substr(0, before.size() - 1));
    const auto open = before.rfind('{');
    if (!before.ends_with('}') || open == std::string_view::npos) return {};
    std::string_view rest = before.substr(open + 1);
    std::set<std::string_view> names;
    while (!rest.empty()) {
        while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
        if (const auto name = word_at(rest); !name.empty()) names.insert(name);
        const auto comma = rest.find(',');
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return names;
}

struct Mentions {
    std::set<std::string_view> words;
    std::set<std::string_view> nodes;
    std::set<std::string_view> secrets;
    bool all_nodes = false;
};

Mentions mentions_of(std::string_view code, CodeLanguage language) {
    Mentions mentions;
    // An identifier may be written in escapes: whoever does that sees everything.
    if (code.find("\\u") != std::string_view::npos) {
        mentions.words.insert(roots.begin(), roots.end());
        mentions.all_nodes = true;
    }
    for (std::size_t at = 0; at < code.size();) {
        const std::string_view word = word_at(code.substr(at));
        at += std::max<std::size_t>(word.size(), 1);
        if (word == "secrets") {
            if (const auto name = named_member(code.substr(at), language); !name.empty())
                mentions.secrets.insert(name);
            mentions.secrets.merge(taken_apart(code.substr(0, at - word.size())));
            continue;
        }
        if (word != "nodes") {
            mentions.words.insert(word);
            continue;
        }
        const std::string_view node = named_member(code.substr(at), language);
        if (node.empty())
            mentions.all_nodes = true;
        else
            mentions.nodes.insert(node);
    }
    return mentions;
}

}  // namespace

Object code_scope(std::string_view code, const Value& input, std::span<const std::string> nodes,
                  CodeLanguage language) {
    const Mentions mentions = mentions_of(code, language);
    Object scope;
    for (const std::string_view root : roots)
        if (mentions.words.contains(root)) scope[root] = "${" + std::string(root) + "}";
    if (!input.is_null() && scope.contains("input")) scope["input"] = input;
    Object secrets;
    for (const std::string_view name : mentions.secrets) {
        if (name.find_first_of("\"\\\n") != std::string_view::npos)
            continue;  // no name of a secret
        secrets[name] = "${secrets[\"" + std::string(name) + "\"]}";
    }
    if (!secrets.empty()) scope["secrets"] = std::move(secrets);
    if (!mentions.all_nodes && mentions.nodes.empty()) return scope;
    Object outputs;
    for (const auto& node : nodes)
        if (mentions.all_nodes || mentions.nodes.contains(node))
            outputs[node] = "${nodes[\"" + node + "\"]}";
    scope["nodes"] = std::move(outputs);
    return scope;
}

std::string verbatim(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at).starts_with("${")) escaped += '$';
        escaped += text[at];
    }
    return escaped;
}

}  // namespace sluice::nodes
