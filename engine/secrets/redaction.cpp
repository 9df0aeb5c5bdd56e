#include "engine/secrets/redaction.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/secrets/escapes.hpp"
#include "engine/secrets/secret_forms.hpp"

namespace sluice {
namespace {

/// Where each byte of the text stood before `layers` of escapes were undone.
std::vector<Origin> origins_of(std::string_view text, int layers) {
    std::string current(text);
    std::vector<Origin> whole;
    for (int layer = 0; layer < layers; ++layer) {
        std::string plain;
        std::vector<Origin> origins;
        (void)unescape(current, plain, &origins);
        if (layer > 0)
            for (auto& origin : origins)
                origin = {whole[origin.begin].begin, whole[origin.end - 1].end};
        whole = std::move(origins);
        current = std::move(plain);
    }
    return whole;
}

}  // namespace

std::string redaction_mark(std::string_view name) {
    return "[redacted:" + std::string(name) + "]";
}

Redaction::Redaction(std::shared_ptr<const RedactionTable> table, std::vector<bool> wanted)
    : table_(std::move(table)), wanted_(std::move(wanted)) {
    for (std::size_t secret = 0; secret < wanted_.size(); ++secret)
        numbers_ = numbers_ || (wanted_[secret] && table_->numeric[secret]);
    if (std::ranges::find(wanted_, true) == wanted_.end()) table_.reset();
}

void Redaction::find(std::string_view text, std::vector<Span>& spans) const {
    std::vector<PatternSearch::Match> matches;
    table_->search.find(text, wanted_, matches);
    for (const auto& match : matches)
        spans.push_back({match.begin, match.end, match.owner, match.end - match.begin});
    find_escaped(text, spans);
}

void Redaction::find_escaped(std::string_view text, std::vector<Span>& spans) const {
    std::string current;
    std::string plain;
    std::vector<PatternSearch::Match> matches;
    for (int layer = 1; layer <= escape_layers; ++layer) {
        if (!unescape(layer == 1 ? text : std::string_view(current), plain)) return;
        std::swap(current, plain);
        matches.clear();
        table_->search.find(current, wanted_, matches);
        if (matches.empty()) continue;
        const auto origins = origins_of(text, layer);
        for (const auto& match : matches) {
            const std::size_t begin = origins[match.begin].begin;
            const std::size_t end = origins[match.end - 1].end;
            spans.push_back({begin, end, match.owner, end - begin});
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
