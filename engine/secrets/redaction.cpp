#include "engine/secrets/redaction.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/secrets/escapes.hpp"
#include "engine/secrets/secret_forms.hpp"

namespace sluice {
namespace {

using Runs = std::vector<UnescapedRun>;

/// Where the text came from, layer by layer.
std::vector<Runs> layers_of(std::string_view text, std::uint8_t kinds, int count) {
    std::vector<Runs> layers(static_cast<std::size_t>(count));
    std::string current(text);
    std::string plain;
    for (auto& runs : layers) {
        (void)unescape(current, kinds, plain, &runs);
        std::swap(current, plain);
    }
    return layers;
}

const UnescapedRun& run_with(const Runs& runs, std::size_t byte) {
    const auto after = std::ranges::upper_bound(runs, byte, {}, &UnescapedRun::plain);
    return *std::prev(after);
}

/// The place in the text that a place in the innermost layer came from.
void map_back(const std::vector<Runs>& layers, std::size_t& begin, std::size_t& end) {
    for (auto runs = layers.rbegin(); runs != layers.rend(); ++runs) {
        const auto& first = run_with(*runs, begin);
        const auto& last = run_with(*runs, end - 1);
        begin = first.text + (first.escape ? 0 : begin - first.plain);
        end = last.text + (last.escape ? last.text_size : end - last.plain);
    }
}

}  // namespace

std::string redaction_mark(std::string_view name) {
    return "[redacted:" + std::string(name) + "]";
}

Redaction::Redaction(std::shared_ptr<const RedactionTable> table, std::vector<bool> wanted)
    : table_(std::move(table)), wanted_(std::move(wanted)) {
    for (std::size_t secret = 0; secret < wanted_.size(); ++secret) {
        numbers_ = numbers_ || (wanted_[secret] && table_->numeric[secret]);
        escapes_ = escapes_ || (wanted_[secret] && table_->escapes[secret]);
    }
    if (std::ranges::find(wanted_, true) == wanted_.end()) table_.reset();
}

void Redaction::find(std::string_view text, std::vector<Span>& spans) const {
    std::vector<PatternSearch::Match> matches;
    table_->search.find(text, wanted_, matches);
    for (const auto& match : matches)
        spans.push_back({match.begin, match.end, match.owner, match.end - match.begin});
    find_escaped(text, all_escapes, spans);
    if (!escapes_) return;
    // What looks like an escape of another kind may be part of a secret, or of it and what follows.
    const auto present = escapes_in(text) & ~line_breaks;
    for (const auto kind : {percent_escapes, backslash_escapes, entities})
        if ((present & kind) != 0 && present != kind) find_escaped(text, kind, spans);
}

void Redaction::find_escaped(std::string_view text, std::uint8_t kinds,
                             std::vector<Span>& spans) const {
    std::string current;
    std::string plain;
    std::vector<PatternSearch::Match> matches;
    for (int layer = 1; layer <= escape_layers; ++layer) {
        if (!unescape(layer == 1 ? text : std::string_view(current), kinds, plain)) return;
        std::swap(current, plain);
        matches.clear();
        table_->search.find(current, wanted_, matches);
        if (matches.empty()) continue;
        const auto layers = layers_of(text, kinds, layer);
        for (const auto& match : matches) {
            Span span{match.begin, match.end, match.owner, 0};
            map_back(layers, span.begin, span.end);
            span.bytes = span.end - span.begin;
            spans.push_back(span);
        }
    }
}

std::optional<std::string> Redaction::redacted(std::string_view text) const {
    if (!table_ || text.size() < table_->search.shortest()) return std::nullopt;
    std::vector<Span> spans;
    find(text, spans);
    if (spans.empty()) return std::nullopt;
    std::ranges::sort(spans, {}, &Span::begin);
    std::string result;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < spans.size();) {
        Span joined = spans[at++];
        for (; at < spans.size() && spans[at].begin < joined.end; ++at) {
            joined.end = std::max(joined.end, spans[at].end);
            if (spans[at].bytes <= joined.bytes) continue;
            joined.bytes = spans[at].bytes;
            joined.owner = spans[at].owner;
        }
        result.append(text.substr(copied, joined.begin - copied));
        result.append(table_->marks[joined.owner]);
        copied = joined.end;
    }
    result.append(text.substr(copied));
    return result;
}

bool Redaction::redact(std::string& text) const {
    auto without = redacted(text);
    if (!without) return false;
    text = std::move(*without);
    return true;
}

bool Redaction::redact(Value& value) const {
    if (!table_) return false;
    if (auto* const text = value.if_string()) {
        const auto without = redacted({text->data(), text->size()});
        if (without) *text = *without;
        return without.has_value();
    }
    if (auto* const array = value.if_array()) {
        bool changed = false;
        for (auto& element : *array) changed = redact(element) || changed;
        return changed;
    }
    if (auto* const object = value.if_object()) return redact_members(*object);
    if (!numbers_ || !value.is_number()) return false;
    std::string digits;
    append_json(digits, value);
    if (!redact(digits)) return false;
    value = digits;
    return true;
}

bool Redaction::redact_members(Object& object) const {
    bool changed = false;
    bool named = false;  // a key holds a secret
    for (auto& member : object) {
        changed = redact(member.value()) || changed;
        named = named || redacted(member.key()).has_value();
    }
    if (!named) return changed;
    Object renamed;
    std::size_t copies = 1;
    for (auto& member : object) {
        std::string key = redacted(member.key()).value_or(std::string(member.key()));
        const std::string first = key;
        while (renamed.contains(key)) key = first + " " + std::to_string(++copies);
        renamed.emplace(key, std::move(member.value()));
    }
    object = std::move(renamed);
    return true;
}

void Redaction::redact(Error& error) const {
    if (!table_) return;
    redact(error.code);
    redact(error.message);
    redact(error.details);
}

}  // namespace sluice
