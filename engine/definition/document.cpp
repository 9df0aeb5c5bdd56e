#include "engine/definition/document.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include <boost/json/parse.hpp>
#include <libfyaml.h>

#include "engine/definition/json_pointer.hpp"
#include "engine/definition/plain_scalar.hpp"
#include "engine/definition/source_text.hpp"

namespace sluice::definition {

namespace {

/// Ends reading; the diagnostic that says why is already written.
struct Stop {};

struct DiagnosticsDeleter {
    void operator()(fy_diag* diagnostics) const { fy_diag_unref(diagnostics); }
};
struct ParserDeleter {
    void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
struct EventDeleter {
    fy_parser* parser = nullptr;
    void operator()(fy_event* event) const { fy_parser_event_free(parser, event); }
};
using Event = std::unique_ptr<fy_event, EventDeleter>;

std::string_view text_of(fy_token* token) {
    std::size_t size = 0;
    const char* text = token == nullptr ? nullptr : fy_token_get_text(token, &size);
    return text == nullptr ? std::string_view{} : std::string_view{text, size};
}

bool is_quoted(fy_token* token) {
    return token != nullptr && fy_token_scalar_style(token) != FYSS_PLAIN &&
           fy_token_scalar_style(token) != FYSS_ANY;
}

SourcePosition position_of(fy_event* event) {
    const fy_mark* mark = fy_event_start_mark(event);
    if (mark == nullptr) return {};
    SourcePosition position{static_cast<std::size_t>(mark->line) + 1,
                            static_cast<std::size_t>(mark->column) + 1};
    if (event->type == FYET_SCALAR && event->scalar.value != nullptr) {
        // The mark of a quoted scalar stands behind its quote.
        const auto style = fy_token_scalar_style(event->scalar.value);
        if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && position.column > 1)
            --position.column;
    }
    return position;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 60;
    return '`' + std::string(text.substr(0, longest)) + (text.size() > longest ? "...`" : "`");
}

/// Turns libfyaml's events into a Value: recursive descent, as deep as `limits.source_depth`
/// allows.
class DocumentReader {
  public:
    DocumentReader(std::string_view source, SourceFormat format, const Limits& limits,
                   Document& document)
        : format_(format), limits_(limits), document_(document) {
        fy_diag_cfg diagnostics_configuration;
        fy_diag_cfg_default(&diagnostics_configuration);
        diagnostics_configuration.fp = nullptr;
        diagnostics_configuration.level = FYET_ERROR;
        messages_.reset(fy_diag_create(&diagnostics_configuration));
        if (messages_ == nullptr) throw std::bad_alloc();
        fy_diag_set_collect_errors(messages_.get(), true);
        fy_parse_cfg configuration{};
        configuration.flags = static_cast<fy_parse_cfg_flags>(
            FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
            (format == SourceFormat::json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE));
        configuration.diag = messages_.get();
        parser_.reset(fy_parser_create(&configuration));
        if (parser_ == nullptr) throw std::bad_alloc();
        if (fy_parser_set_string(parser_.get(), source.data(), source.size()) != 0)
            throw std::bad_alloc();
    }

    void read() {
        Event event = next();
        if (event->type == FYET_STREAM_START) event = next();
        if (event->type == FYET_STREAM_END) {
            problem("empty_document", "", {1, 1}, "the document is empty");
            throw Stop{};
        }
        event = next();
        document_.value = read_value(*event, "", 1).value;
        const SourcePosition root = position_of(event.get());
        document_.positions.add("", root, root);
        event = next();
        if (event->type == FYET_DOCUMENT_END) event = next();
        if (event->type != FYET_STREAM_END) {
            SourcePosition position = position_of(event.get());
            if (position.line == 0) position = position_of(next().get());
            problem("several_documents", "", position,
                    "a second document begins here; a source holds one",
                    "remove the `---` and what follows, or store it as a flow of its own");
        }
    }

  private:
    /// A value that was read, with what an alias to it costs.
    struct Read {
        Value value;
        std::size_t values = 1;
        std::size_t depth = 1;
    };

    Event next() {
        Event event(fy_parser_parse(parser_.get()), EventDeleter{parser_.get()});
        if (event == nullptr) syntax_problem();
        return event;
    }

    [[noreturn]] void syntax_problem() {
        const bool json = format_ == SourceFormat::json;
        std::string message =
            json ? "the source is not valid JSON" : "the source is not valid YAML";
        SourcePosition position = last_;
        std::string suggestion;
        void* previous = nullptr;
        if (const fy_diag_error* error = fy_diag_errors_iterate(messages_.get(), &previous)) {
            if (error->msg != nullptr) message = error->msg;
            if (error->line > 0)
                position = {static_cast<std::size_t>(error->line),
                            static_cast<std::size_t>(error->column)};
            if (message.find("invalid nested block mapping on the same line") != std::string::npos)
                suggestion = "put quotes around a value that contains `: `";
            else if (message.find("plain scalar cannot start with") != std::string::npos)
                suggestion = "put quotes around the value";
        }
        problem(json ? "json_syntax" : "yaml_syntax", "", position, std::move(message),
                std::move(suggestion));
        throw Stop{};
    }

    void problem(std::string code, std::string pointer, SourcePosition position,
                 std::string message, std::string suggestion = {}) {
        if (document_.diagnostics.size() >= limits_.diagnostics) throw Stop{};
        document_.diagnostics.push_back(
            Diagnostic{Severity::error, std::move(code), std::move(message), std::move(pointer),
                       position.line, position.column, std::move(suggestion)});
    }

    void count(std::size_t values, const std::string& pointer, SourcePosition position) {
        values_ += values;
        if (values_ <= limits_.source_values) return;
        problem("too_many_values", pointer, position,
                "the document has more than " + std::to_string(limits_.source_values) +
                    " values when its aliases are expanded");
        throw Stop{};
    }

    void check_depth(std::size_t depth, const std::string& pointer, SourcePosition position) {
        if (depth <= limits_.source_depth) return;
        problem(
            "too_deep", pointer, position,
            "values are nested more than " + std::to_string(limits_.source_depth) + " levels deep");
        throw Stop{};
    }

    Read read_value(fy_event& event, const std::string& pointer, std::size_t depth) {
        const SourcePosition position = position_of(&event);
        if (position.line != 0) last_ = position;
        check_depth(depth, pointer, position);
        switch (event.type) {
            case FYET_ALIAS:
                return read_alias(text_of(event.alias.anchor), pointer, position, depth);
            case FYET_SCALAR: {
                count(1, pointer, position);
                check_tag(event.scalar.tag, pointer, position,
                          {"str", "int", "float", "bool", "null"});
                return anchored(
                    event.scalar.anchor,
                    Read{scalar(event.scalar.value, event.scalar.tag, pointer, position), 1, 1},
                    pointer, position);
            }
            case FYET_SEQUENCE_START: {
                count(1, pointer, position);
                check_tag(event.sequence_start.tag, pointer, position, {"seq"});
                return anchored(event.sequence_start.anchor, read_sequence(pointer, depth), pointer,
                                position);
            }
            case FYET_MAPPING_START: {
                count(1, pointer, position);
                check_tag(event.mapping_start.tag, pointer, position, {"map"});
                return anchored(event.mapping_start.anchor, read_mapping(pointer, depth), pointer,
                                position);
            }
            default:
                syntax_problem();
        }
    }

    Read read_sequence(const std::string& pointer, std::size_t depth) {
        Read read{Array{}, 1, 1};
        Array& array = read.value.get_array();
        for (;;) {
            const Event event = next();
            if (event->type == FYET_SEQUENCE_END) return read;
            std::string child = child_pointer(pointer, array.size());
            const SourcePosition position = position_of(event.get());
            array.push_back(take(read, read_value(*event, child, depth + 1)));
            document_.positions.add(std::move(child), position, position);
        }
    }

    Read read_mapping(const std::string& pointer, std::size_t depth) {
        Read read{Object{}, 1, 1};
        Object& object = read.value.get_object();
        for (;;) {
            const Event key_event = next();
            if (key_event->type == FYET_MAPPING_END) return read;
            const SourcePosition key_position = position_of(key_event.get());
            if (key_event->type != FYET_SCALAR) {
                problem("invalid_key", pointer, key_position, "a key must be a text");
                if (key_event->type != FYET_ALIAS) (void)read_value(*key_event, pointer, depth + 1);
                (void)read_value(*next(), pointer, depth + 1);
                continue;
            }
            const std::string key(text_of(key_event->scalar.value));
            std::string child = child_pointer(pointer, key);
            const Event event = next();
            const SourcePosition position = position_of(event.get());
            Value value = take(read, read_value(*event, child, depth + 1));
            if (key == "<<" && !is_quoted(key_event->scalar.value)) {
                problem("merge_key", child, key_position,
                        "merge keys (`<<`) are not part of YAML 1.2 and are not supported; repeat "
                        "the keys, or use an alias for the "
                        "whole value");
                continue;
            }
            if (!object.emplace(key, std::move(value)).second) {
                const auto first = document_.positions.key(child);
                problem("duplicate_key", child, key_position,
                        "the key " + quoted(key) + " is already given in line " +
                            std::to_string(first.line));
                continue;
            }
            document_.positions.add(std::move(child), position, key_position);
        }
    }

    /// Adds a child's cost to its parent's and hands over its value.
    static Value take(Read& parent, Read child) {
        parent.values += child.values;
        parent.depth = std::max(parent.depth, child.depth + 1);
        return std::move(child.value);
    }

    Read anchored(fy_token* anchor, Read read, const std::string& pointer,
                  SourcePosition position) {
        if (anchor != nullptr) {
            // Nested anchors keep a copy each: they are bounded like the document itself.
            anchored_values_ += read.values;
            if (anchored_values_ > limits_.source_values)
                count(limits_.source_values + 1, pointer, position);
            anchors_.insert_or_assign(std::string(text_of(anchor)), read);
        }
        return read;
    }

    Read read_alias(std::string_view name, const std::string& pointer, SourcePosition position,
                    std::size_t depth) {
        const auto found = anchors_.find(std::string(name));
        if (found == anchors_.end()) {
            problem("unknown_alias", pointer, position,
                    "the alias " + quoted(name) + " names no anchor that is complete before it");
            count(1, pointer, position);
            return {};
        }
        count(found->second.values, pointer, position);
        check_depth(depth + found->second.depth - 1, pointer, position);
        return found->second;
    }

    /// The part of `tag` behind YAML's own prefix; "!" for the non-specific tag.
    static std::string_view tag_name(fy_token* tag) {
        constexpr std::string_view prefix = "tag:yaml.org,2002:";
        std::string_view name = text_of(tag);
        if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
        return name;
    }

    void check_tag(fy_token* tag, const std::string& pointer, SourcePosition position,
                   std::initializer_list<std::string_view> known) {
        if (tag == nullptr) return;
        const std::string_view name = tag_name(tag);
        if (name == "!" || std::ranges::find(known, name) != known.end()) return;
        problem("unknown_tag", pointer, position,
                "the tag " + quoted(text_of(tag)) + " is not supported here; remove it");
    }

    Value scalar(fy_token* token, fy_token* tag, const std::string& pointer,
                 SourcePosition position) {
        const std::string_view text = text_of(token);
        const std::string_view tagged = tag == nullptr ? std::string_view{} : tag_name(tag);
        const Value as_text(boost::json::string_view(text.data(), text.size()));
        if (tagged == "!" || tagged == "str") return as_text;
        if (is_quoted(token) && tagged.empty()) return as_text;
        if (format_ == SourceFormat::json) return json_scalar(text, pointer, position);
        auto value = plain_scalar(text);
        if (!value) {
            problem("number_not_finite", pointer, position,
                    "the number " + quoted(text) + " has no JSON value");
            return nullptr;
        }
        if (tagged == "float" && value->is_number()) return value->to_number<double>();
        const bool fits = tagged.empty() || (tagged == "null" && value->is_null()) ||
                          (tagged == "bool" && value->is_bool()) ||
                          (tagged == "int" && (value->is_int64() || value->is_uint64()));
        if (!fits && (tagged == "null" || tagged == "bool" || tagged == "int" || tagged == "float"))
            problem("unknown_tag", pointer, position,
                    quoted(text) + " is not a value of the tag `!!" + std::string(tagged) + "`");
        return *std::move(value);
    }

    /// libfyaml's JSON mode lets some texts through that RFC 8259 does not have; Boost.JSON
    /// decides.
    Value json_scalar(std::string_view text, const std::string& pointer, SourcePosition position) {
        boost::system::error_code error;
        Value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
        if (error || value.is_structured()) {
            problem("json_syntax", pointer, position, quoted(text) + " is not a JSON value");
            return nullptr;
        }
        if (value.is_double() && !std::isfinite(value.get_double())) {
            problem("number_not_finite", pointer, position,
                    "the number " + quoted(text) + " is too large");
            return nullptr;
        }
        return value;
    }

    SourceFormat format_;
    const Limits& limits_;
    Document& document_;
    std::unique_ptr<fy_diag, DiagnosticsDeleter> messages_;
    std::unique_ptr<fy_parser, ParserDeleter> parser_;
    std::unordered_map<std::string, Read> anchors_;
    std::size_t values_ = 0;
    std::size_t anchored_values_ = 0;
    SourcePosition last_{1, 1};
};

}  // namespace

Document parse_document(std::string_view source, SourceFormat format, const Limits& limits) {
    Document document;
    const auto refuse = [&](std::string code, std::string message, SourcePosition position) {
        document.diagnostics.push_back(Diagnostic{Severity::error, std::move(code),
                                                  std::move(message), "", position.line,
                                                  position.column, ""});
    };
    if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
    if (source.size() > limits.source_bytes) {
        refuse("source_too_large",
               "the source has " + std::to_string(source.size()) + " bytes; the limit is " +
                   std::to_string(limits.source_bytes),
               {1, 1});
        return document;
    }
    if (auto fault = find_text_fault(source)) {
        refuse(std::move(fault->code), std::move(fault->message), fault->position);
        return document;
    }
    if (source.empty()) {
        refuse("empty_document", "the document is empty", {1, 1});
        return document;
    }
    try {
        DocumentReader(source, format, limits, document).read();
        document.complete = true;
    } catch (const Stop&) {
        // The reason is in the diagnostics.
    }
    return document;
}

}  // namespace sluice::definition
