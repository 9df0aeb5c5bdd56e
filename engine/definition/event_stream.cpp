#include "engine/definition/event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <new>

#include <libfyaml.h>

#include "engine/definition/source_text.hpp"

namespace sluice::definition {

namespace {

struct EventDeleter {
    fy_parser* parser = nullptr;
    void operator()(fy_event* event) const { fy_parser_event_free(parser, event); }
};

std::string text_of(fy_token* token) {
    std::size_t size = 0;
    const char* text = token == nullptr ? nullptr : fy_token_get_text(token, &size);
    return text == nullptr ? std::string{} : std::string{text, size};
}

std::optional<std::string> anchor_of(fy_token* token) {
    if (token == nullptr) return std::nullopt;
    return text_of(token);
}

std::optional<std::string> tag_of(fy_token* token) {
    constexpr std::string_view prefix = "tag:yaml.org,2002:";
    if (token == nullptr) return std::nullopt;
    std::string tag = text_of(token);
    if (tag.starts_with(prefix)) tag.erase(0, prefix.size());
    return tag;
}

fy_scalar_style style_of(const fy_event& event) {
    const bool scalar = event.type == FYET_SCALAR && event.scalar.value != nullptr;
    return scalar ? fy_token_scalar_style(event.scalar.value) : FYSS_ANY;
}

SourcePosition position_of(fy_event& event) {
    const fy_mark* mark = fy_event_start_mark(&event);
    if (mark == nullptr) return {};
    SourcePosition position{static_cast<std::size_t>(mark->line) + 1,
                            static_cast<std::size_t>(mark->column) + 1};
    // The mark of a quoted scalar or an alias stands behind its quote or asterisk.
    const auto style = style_of(event);
    const bool behind =
        event.type == FYET_ALIAS || style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    if (behind && position.column > 1) --position.column;
    return position;
}

YamlEvent::Style written_style(const fy_event& event) {
    switch (style_of(event)) {
        case FYSS_SINGLE_QUOTED:
            return YamlEvent::Style::single_quoted;
        case FYSS_DOUBLE_QUOTED:
            return YamlEvent::Style::double_quoted;
        case FYSS_LITERAL:
            return YamlEvent::Style::literal;
        case FYSS_FOLDED:
            return YamlEvent::Style::folded;
        default:
            return YamlEvent::Style::plain;
    }
}

std::size_t number_of(std::string_view digits) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

YamlEvent converted(fy_event& event) {
    YamlEvent result;
    result.position = position_of(event);
    result.style = written_style(event);
    result.flow = fy_event_get_node_style(&event) == FYNS_FLOW;
    const fy_mark* const begin = fy_event_start_mark(&event);
    const fy_mark* const end = fy_event_end_mark(&event);
    if (begin != nullptr && end != nullptr) {
        result.begin = begin->input_pos;
        result.end = end->input_pos;
    }
    switch (event.type) {
        case FYET_DOCUMENT_START:
            result.kind = YamlEvent::Kind::document_start;
            break;
        case FYET_DOCUMENT_END:
            result.kind = YamlEvent::Kind::document_end;
            break;
        case FYET_SEQUENCE_END:
            result.kind = YamlEvent::Kind::sequence_end;
            break;
        case FYET_MAPPING_END:
            result.kind = YamlEvent::Kind::mapping_end;
            break;
        case FYET_ALIAS:
            result.kind = YamlEvent::Kind::alias;
            result.text = text_of(event.alias.anchor);
            break;
        case FYET_SCALAR:
            result.kind = YamlEvent::Kind::scalar;
            result.plain = style_of(event) == FYSS_PLAIN || style_of(event) == FYSS_ANY;
            result.text = text_of(event.scalar.value);
            result.tag = tag_of(event.scalar.tag);
            result.anchor = anchor_of(event.scalar.anchor);
            break;
        case FYET_SEQUENCE_START:
            result.kind = YamlEvent::Kind::sequence_start;
            result.tag = tag_of(event.sequence_start.tag);
            result.anchor = anchor_of(event.sequence_start.anchor);
            break;
        case FYET_MAPPING_START:
            result.kind = YamlEvent::Kind::mapping_start;
            result.tag = tag_of(event.mapping_start.tag);
            result.anchor = anchor_of(event.mapping_start.anchor);
            break;
        default:
            break;
    }
    return result;
}

}  // namespace

void EventStream::DiagnosticsDeleter::operator()(fy_diag* diagnostics) const {
    fy_diag_unref(diagnostics);
}
void EventStream::ParserDeleter::operator()(fy_parser* parser) const {
    fy_parser_destroy(parser);
}

EventStream::EventStream(std::string_view source, bool json) : source_(source) {
    // Taken as text: libfyaml 0.7.12 leaks the token and the input of each error that it collects.
    fy_diag_cfg diagnostics{};
    fy_diag_cfg_default(&diagnostics);
    diagnostics.fp = nullptr;
    diagnostics.output_fn = [](fy_diag*, void* report, const char* text, std::size_t size) {
        static_cast<std::string*>(report)->append(text, size);
    };
    diagnostics.user = &report_;
    diagnostics.level = FYET_ERROR;
    diagnostics.colorize = false;
    diagnostics.show_source = false;
    diagnostics.show_position = true;
    diagnostics.show_type = true;
    diagnostics.show_module = false;
    messages_.reset(fy_diag_create(&diagnostics));
    if (messages_ == nullptr) throw std::bad_alloc();

    fy_parse_cfg configuration{};
    configuration.flags = static_cast<fy_parse_cfg_flags>(
        FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | (json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE));
    configuration.diag = messages_.get();
    parser_.reset(fy_parser_create(&configuration));
    if (parser_ == nullptr) throw std::bad_alloc();
    if (fy_parser_set_string(parser_.get(), source.data(), source.size()) != 0)
        throw std::bad_alloc();
}

std::optional<YamlEvent> EventStream::next() {
    for (;;) {
        const std::unique_ptr<fy_event, EventDeleter> event(fy_parser_parse(parser_.get()),
                                                            EventDeleter{parser_.get()});
        if (event == nullptr) return std::nullopt;
        if (event->type != FYET_STREAM_START) return converted(*event);
    }
}

EventStream::Fault EventStream::fault() const {
    // "<memory-@0x1-0x2>:LINE:COLUMN: error: MESSAGE", then the line with a mark below it.
    constexpr std::string_view mark = ": error: ";
    const std::string_view report = report_;
    const auto at = report.find(mark);
    if (at == std::string_view::npos) return {};
    Fault fault{std::string(report.substr(at + mark.size())), {}};
    fault.message.resize(std::min(fault.message.find('\n'), fault.message.size()));
    const std::string_view place = report.substr(0, at);
    const auto second = place.rfind(':');
    const auto first =
        second == std::string_view::npos || second == 0 ? second : place.rfind(':', second - 1);
    if (first == std::string_view::npos) return fault;
    const SourcePosition position{number_of(place.substr(first + 1, second - first - 1)),
                                  number_of(place.substr(second + 1))};
    // A fault at the end is placed in the line after it.
    if (position.line > 0 && position.column > 0)
        fault.position = std::min(position, end_of(source_));
    return fault;
}

}  // namespace sluice::definition
