#include "engine/definition/event_stream.hpp"

#include <algorithm>
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

YamlEvent converted(fy_event& event) {
    YamlEvent result;
    result.position = position_of(event);
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
    fy_diag_cfg diagnostics{};
    fy_diag_cfg_default(&diagnostics);
    diagnostics.fp = nullptr;
    diagnostics.level = FYET_ERROR;
    messages_.reset(fy_diag_create(&diagnostics));
    if (messages_ == nullptr) throw std::bad_alloc();
    fy_diag_set_collect_errors(messages_.get(), true);

    fy_parse_cfg configuration{};
    configuration.flags = static_cast<fy_parse_cfg_flags>(
        FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
        (json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE));
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
    Fault fault;
    void* previous = nullptr;
    const fy_diag_error* error = fy_diag_errors_iterate(messages_.get(), &previous);
    while (error != nullptr && error->type < FYET_ERROR)
        error = fy_diag_errors_iterate(messages_.get(), &previous);
    if (error == nullptr) return fault;
    if (error->msg != nullptr) fault.message = error->msg;
    if (error->line > 0 && error->column > 0) {
        // A fault at the end is placed in the line after it.
        const SourcePosition position{static_cast<std::size_t>(error->line),
                                      static_cast<std::size_t>(error->column)};
        fault.position = std::min(position, end_of(source_));
    }
    return fault;
}

}  // namespace sluice::definition
