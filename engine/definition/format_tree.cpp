#include "engine/definition/format_tree.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/definition/source_comments.hpp"

namespace sluice::definition {
namespace {

using Kind = YamlEvent::Kind;

Error refusal(const std::string& reason, const SourcePosition& position) {
    // What is not written, such as an empty key, has no place.
    const std::string place =
        position.line == 0 ? "" : "line " + std::to_string(position.line) + ": ";
    return {"not_formattable", place + reason + "; the text is left as it is",
            Object{{"line", position.line}}};
}

bool is_block(YamlEvent::Style style) {
    return style == YamlEvent::Style::literal || style == YamlEvent::Style::folded;
}

bool is_collection_end(Kind kind) {
    return kind == Kind::mapping_end || kind == Kind::sequence_end;
}

bool is_token(const YamlEvent& event) {
    if (event.kind == Kind::scalar || event.kind == Kind::alias) return event.end > 0;
    return event.flow && event.end > event.begin;
}

/// A single-quoted text in double quotes where that says the same.
std::string canonical_quotes(std::string_view inner) {
    if (inner.find_first_of("\"\\'\n\t") == std::string_view::npos)
        return '"' + std::string(inner) + '"';
    return '\'' + std::string(inner) + '\'';
}

class TreeReader {
  public:
    TreeReader(std::string_view source, std::vector<YamlEvent> events)
        : source_(source), events_(std::move(events)) {}

    result<WrittenDocument> read() {
        if (events_.empty() || events_[0].kind != Kind::mapping_start)
            return refusal("a flow is a map", {1, 1});
        WrittenDocument document;
        document.root = node(0);
        while (at_ < events_.size()) ++at_;
        for (auto& comment : pending_) document.root.tail.push_back(std::move(comment));
        if (failure_) return *failure_;
        document.comments = std::move(comments_);
        std::sort(document.comments.begin(), document.comments.end());
        return document;
    }

    /// Comments before the first token.
    void begin() { take_gap(0, next_token_begin(0), nullptr); }

  private:
    struct Open {
        WrittenNode* node;
        std::size_t indent;
        bool flow;
    };

    [[nodiscard]] std::optional<std::size_t> next_token(std::size_t from) const {
        for (std::size_t at = from; at < events_.size(); ++at)
            if (is_token(events_[at])) return at;
        return std::nullopt;
    }

    [[nodiscard]] std::size_t next_token_begin(std::size_t from) const {
        const auto at = next_token(from);
        if (!at) return source_.size();
        return token_begin(events_[*at]);
    }

    [[nodiscard]] std::size_t token_begin(const YamlEvent& event) const {
        const bool quoted = event.style == YamlEvent::Style::single_quoted ||
                            event.style == YamlEvent::Style::double_quoted;
        return event.begin - (quoted || event.kind == Kind::alias ? 1 : 0);
    }

    [[nodiscard]] std::size_t token_end(const YamlEvent& event) const {
        const bool quoted = event.style == YamlEvent::Style::single_quoted ||
                            event.style == YamlEvent::Style::double_quoted;
        if (quoted) return event.end + 1;
        std::size_t end = event.end;
        // libfyaml counts the spaces before what follows a block, too.
        while (is_block(event.style) && end > event.begin && source_[end - 1] == ' ') --end;
        return end;
    }

    /// What stands between a token and the next one: comments, and whether there is an empty line.
    /// `key`: the token is a key whose value is still to come; `empty`: one without a value.
    void take_gap(std::size_t begin, std::size_t end, WrittenEntry* holder, bool key = false,
                  bool empty = false) {
        Gap gap = read_gap(source_, begin, end);
        previous_end_ = begin;
        blank_ = gap.blank_at_end;
        const std::size_t next_indent = end == source_.size() ? 0 : indent_of_line(source_, end);
        const bool at_end = end == source_.size();
        if (kept_ && !gap.comments.empty()) gap.comments.front().blank_before = false;
        if (kept_ && gap.comments.empty()) blank_ = false;
        kept_ = false;
        for (auto& found : gap.comments) {
            comments_.push_back(found.text);
            if (!found.own_line && holder != nullptr && holder->beside.empty()) {
                holder->beside = std::move(found.text);
                continue;
            }
            const bool is_below = empty && pending_.empty() && found.column > next_indent &&
                                  found.column > open_.back().indent && !open_.back().flow;
            WrittenComment comment{std::move(found.text), found.blank_before};
            if (is_below) {
                holder->below.push_back(std::move(comment));
                continue;
            }
            if (Open* const ended =
                    key ? nullptr : ended_at(found.column, next_indent, at_end, end))
                ended->node->tail.push_back(std::move(comment));
            else
                pending_.push_back(std::move(comment));
        }
    }

    /// The collection that ends before the next token and that a comment in this column is still
    /// part of; nullptr when it belongs to what comes.
    Open* ended_at(std::size_t column, std::size_t next_indent, bool at_end, std::size_t next) {
        if (!pending_.empty()) return nullptr;
        for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
            if (open->flow) {
                const bool closing =
                    next < source_.size() && (source_[next] == '}' || source_[next] == ']');
                return closing ? &*open : nullptr;
            }
            if (!at_end && open->indent <= next_indent) return nullptr;
            if (open->indent <= column) return &*open;
        }
        return nullptr;
    }

    std::string properties_of(const YamlEvent& event) {
        std::string text;
        if (event.anchor) text = "&" + *event.anchor;
        if (event.tag) {
            const bool own =
                event.tag->starts_with('!') || event.tag->find(':') != std::string::npos;
            if (own) fail("it has a tag that is not YAML's own", event);
            text += (text.empty() ? "!!" : " !!") + *event.tag;
        }
        return text;
    }

    void fail(const std::string& reason, const YamlEvent& event) {
        if (!failure_) failure_ = refusal(reason, event.position);
    }

    /// Reads the value at `at_`. `indent` is that of what holds it.
    WrittenNode node(std::size_t indent, WrittenEntry* holder = nullptr) {
        const std::size_t index = at_++;
        const YamlEvent& event = events_[index];
        WrittenNode node;
        node.properties = properties_of(event);
        node.indent = indent;
        if (event.kind == Kind::mapping_start || event.kind == Kind::sequence_start) {
            collection(node, index, holder);
            return node;
        }
        if (holder != nullptr) take_pending(*holder);
        node.kind =
            event.kind == Kind::alias ? WrittenNode::Kind::alias : WrittenNode::Kind::scalar;
        node.style = event.style;
        if (event.kind == Kind::alias) {
            node.text = event.text;
        } else if (is_block(event.style)) {
            block_scalar(node, event);
        } else {
            node.text = written(event);
        }
        if (is_token(event)) take_gap(token_end(event), next_token_begin(index + 1), holder);
        return node;
    }

    std::string written(const YamlEvent& event) {
        if (event.end == 0) return {};
        const std::string_view inner = source_.substr(event.begin, event.end - event.begin);
        if (event.style == YamlEvent::Style::single_quoted) return canonical_quotes(inner);
        if (event.style == YamlEvent::Style::double_quoted) return '"' + std::string(inner) + '"';
        return std::string(inner);
    }

    void block_scalar(WrittenNode& node, const YamlEvent& event) {
        const auto header = block_header(source_, previous_end_, event.begin);
        if (!header) {
            fail("the beginning of a block of text is not understood", event);
            return;
        }
        node.header = header->text;
        kept_ = header->text.find('+') != std::string::npos;
        const std::size_t end = std::max(token_end(event), header->end);
        node.text = source_.substr(header->end, end - header->end);
    }

    void collection(WrittenNode& node, std::size_t index, WrittenEntry* holder) {
        const YamlEvent& event = events_[index];
        const bool mapping = event.kind == Kind::mapping_start;
        node.kind = mapping ? WrittenNode::Kind::mapping : WrittenNode::Kind::sequence;
        const bool flow = is_token(event);
        const std::size_t close = closing(index);
        if (flow)
            node.on_one_line =
                source_.substr(event.begin, events_[close].end - event.begin).find('\n') ==
                std::string_view::npos;
        const std::size_t column = event.position.column > 0 ? event.position.column - 1 : 0;
        if (flow && holder != nullptr) take_pending(*holder);
        open_.push_back({&node, flow ? node.indent : column, flow});
        if (flow) take_gap(event.end, next_token_begin(index + 1), holder);
        node.entries.reserve(count(index, close, mapping));  // entries are pointed at
        while (at_ < events_.size() && !is_collection_end(events_[at_].kind)) {
            WrittenEntry& entry = node.entries.emplace_back();
            entry.before = std::exchange(pending_, {});
            entry.blank_before = std::exchange(blank_, false);
            if (mapping) key(entry);
            entry.value = this->node(flow ? node.indent : column, &entry);
        }
        ++at_;
        open_.pop_back();
        if (!flow) return;
        for (auto& comment : std::exchange(pending_, {})) node.tail.push_back(std::move(comment));
        take_gap(events_[close].end, next_token_begin(close + 1), holder);
    }

    void key(WrittenEntry& entry) {
        const YamlEvent& event = events_[at_++];
        const bool usable = event.kind == Kind::scalar && !is_block(event.style) && !event.anchor &&
                            !event.tag && event.end > 0;
        if (!usable) {
            fail("a key that is no simple text", event);
            while (at_ < events_.size() && !is_collection_end(events_[at_].kind)) ++at_;
            return;
        }
        entry.key = written(event);
        entry.name = event.text;
        if (entry.key.find('\n') != std::string::npos) fail("a key on several lines", event);
        const bool is_empty = events_[at_].kind == Kind::scalar && events_[at_].end == 0;
        take_gap(token_end(event), next_token_begin(at_), &entry, !is_empty, is_empty);
    }

    void take_pending(WrittenEntry& holder) {
        // Of an empty value: the comments below belong to what comes.
        if (events_[at_ - 1].end == 0) return;
        for (auto& comment : std::exchange(pending_, {}))
            holder.before.push_back(std::move(comment));
    }

    [[nodiscard]] std::size_t closing(std::size_t index) const {
        std::size_t depth = 0;
        for (std::size_t at = index; at < events_.size(); ++at) {
            const Kind kind = events_[at].kind;
            if (kind == Kind::mapping_start || kind == Kind::sequence_start) ++depth;
            if (is_collection_end(kind) && --depth == 0) return at;
        }
        return events_.size() - 1;
    }

    [[nodiscard]] std::size_t count(std::size_t index, std::size_t close, bool mapping) const {
        std::size_t values = 0;
        std::size_t depth = 0;
        for (std::size_t at = index + 1; at < close; ++at) {
            const Kind kind = events_[at].kind;
            if (is_collection_end(kind))
                --depth;
            else if (depth == 0)
                ++values;
            if (kind == Kind::mapping_start || kind == Kind::sequence_start) ++depth;
        }
        return mapping ? values / 2 + 1 : values;
    }

    std::string_view source_;
    std::vector<YamlEvent> events_;
    std::size_t at_ = 0;
    std::vector<Open> open_;
    std::vector<WrittenComment> pending_;  // for what comes
    std::vector<std::string> comments_;
    bool blank_ = false;  // before what comes
    bool kept_ = false;   // the empty lines before it are part of a block scalar
    std::size_t previous_end_ = 0;
    std::optional<Error> failure_;
};

}  // namespace

result<WrittenDocument> read_written(std::string_view source) {
    EventStream stream(source, false);
    std::vector<YamlEvent> events;
    for (;;) {
        auto event = stream.next();
        if (!event) return refusal(stream.fault().message, stream.fault().position);
        if (event->kind == Kind::stream_end) break;
        if (event->kind == Kind::document_start || event->kind == Kind::document_end) continue;
        events.push_back(std::move(*event));
    }
    if (has_directive(source)) return refusal("it has a directive", {1, 1});
    TreeReader reader(source, std::move(events));
    reader.begin();
    return reader.read();
}

}  // namespace sluice::definition
