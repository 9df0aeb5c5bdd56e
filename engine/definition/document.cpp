#include "engine/definition/document.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <utility>

#include <boost/json/parse.hpp>

#include "engine/definition/event_stream.hpp"
#include "engine/definition/json_pointer.hpp"
#include "engine/definition/plain_scalar.hpp"
#include "engine/definition/problems.hpp"
#include "engine/definition/source_text.hpp"

namespace sluice::definition {

namespace {

/// Ends reading; the diagnostic that says why is already written.
struct Stop {};

/// Turns events into a Value: recursive descent, as deep as `limits.source_depth`
/// allows.
class DocumentReader {
  public:
    DocumentReader(std::string_view source, SourceFormat format, const Limits& limits,
                   Document& document)
        : format_(format),
          limits_(limits),
          document_(document),
          events_(source, format == SourceFormat::json) {}

    void read() {
        YamlEvent event = next();
        if (event.kind == Kind::stream_end) {
            problem("empty_document", "", {1, 1}, "the document is empty");
            throw Stop{};
        }
        event = next();
        SourcePosition root = event.position;
        if (root.line == 0) root = {1, 1};
        document_.value = read_value(event, "", 1).value;
        document_.positions.add("", root, root);
        event = next();
        if (event.kind == Kind::document_end) event = next();
        if (event.kind == Kind::stream_end) return;
        SourcePosition position = event.position;
        if (position.line == 0) position = next().position;
        problem("several_documents", "", position,
                "a second document begins here; a source holds one",
                "remove the `---` and what follows, or store it as a flow of its own");
    }

  private:
    using Kind = YamlEvent::Kind;

    /// A value that was read, with what an alias to it costs.
    struct Read {
        Value value;
        std::size_t values = 1;
        std::size_t depth = 1;
    };

    YamlEvent next() {
        auto event = events_.next();
        if (!event) syntax_problem();
        return *std::move(event);
    }

    [[noreturn]] void syntax_problem() {
        const bool json = format_ == SourceFormat::json;
        auto fault = events_.fault();
        if (fault.message.empty())
            fault.message = json ? "the source is not valid JSON" : "the source is not valid YAML";
        if (fault.position.line == 0) fault.position = last_;
        std::string suggestion;
        if (fault.message.find("invalid nested block mapping on the same line") !=
            std::string::npos)
            suggestion = "put quotes around a value that contains `: `";
        else if (fault.message.find("plain scalar cannot start with") != std::string::npos)
            suggestion = "put quotes around the value";
        problem(json ? "json_syntax" : "yaml_syntax", "", fault.position, std::move(fault.message),
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

    Read read_value(const YamlEvent& event, const std::string& pointer, std::size_t depth) {
        const SourcePosition position = event.position.line == 0 ? last_ : event.position;
        last_ = position;
        check_depth(depth, pointer, position);
        if (event.kind == Kind::alias) return read_alias(event.text, pointer, position, depth);
        count(1, pointer, position);
        switch (event.kind) {
            case Kind::scalar:
                check_tag(event, pointer, position, {"str", "int", "float", "bool", "null"});
                return anchored(event, Read{scalar(event, pointer, position), 1, 1}, pointer,
                                position);
            case Kind::sequence_start:
                check_tag(event, pointer, position, {"seq"});
                return anchored(event, read_sequence(pointer, depth), pointer, position);
            case Kind::mapping_start:
                check_tag(event, pointer, position, {"map"});
                return anchored(event, read_mapping(pointer, depth), pointer, position);
            default:
                syntax_problem();
        }
    }

    Read read_sequence(const std::string& pointer, std::size_t depth) {
        Read read{Array{}, 1, 1};
        Array& array = read.value.get_array();
        for (;;) {
            const YamlEvent event = next();
            if (event.kind == Kind::sequence_end) return read;
            std::string child = child_pointer(pointer, array.size());
            SourcePosition position = event.position;
            if (position.line == 0) position = last_;
            array.push_back(take(read, read_value(event, child, depth + 1)));
            document_.positions.add(std::move(child), position, position);
        }
    }

    Read read_mapping(const std::string& pointer, std::size_t depth) {
        Read read{Object{}, 1, 1};
        Object& object = read.value.get_object();
        for (;;) {
            const YamlEvent key_event = next();
            if (key_event.kind == Kind::mapping_end) return read;
            SourcePosition key_position = key_event.position;
            if (key_position.line == 0) key_position = last_;  // `: value`
            if (key_event.kind != Kind::scalar) {
                problem("invalid_key", pointer, key_position, "a key must be a text");
                if (key_event.kind != Kind::alias) (void)read_value(key_event, pointer, depth + 1);
                (void)read_value(next(), pointer, depth + 1);
                continue;
            }
            const std::string& key = key_event.text;
            std::string child = child_pointer(pointer, key);
            const YamlEvent event = next();
            SourcePosition position = event.position;
            if (position.line == 0) position = key_position;  // `key:` with nothing behind it
            Value value = take(read, read_value(event, child, depth + 1));
            if (key == "<<" && key_event.plain) {
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

    Read anchored(const YamlEvent& event, Read read, const std::string& pointer,
                  SourcePosition position) {
        if (event.anchor) {
            // Nested anchors keep a copy each: they are bounded like the document itself.
            anchored_values_ += read.values;
            if (anchored_values_ > limits_.source_values)
                count(limits_.source_values + 1, pointer, position);
            anchors_.insert_or_assign(*event.anchor, read);
        }
        return read;
    }

    Read read_alias(const std::string& name, const std::string& pointer, SourcePosition position,
                    std::size_t depth) {
        const auto found = anchors_.find(name);
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

    void check_tag(const YamlEvent& event, const std::string& pointer, SourcePosition position,
                   std::initializer_list<std::string_view> known) {
        if (!event.tag || *event.tag == "!" || std::ranges::find(known, *event.tag) != known.end())
            return;
        problem("unknown_tag", pointer, position,
                "the tag " + quoted(*event.tag) + " is not supported here; remove it");
    }

    Value scalar(const YamlEvent& event, const std::string& pointer, SourcePosition position) {
        const std::string& text = event.text;
        const std::string tag = event.tag.value_or("");
        if (tag == "!" || tag == "str" || (!event.plain && tag.empty())) return Value(text);
        if (format_ == SourceFormat::json) return json_scalar(text, pointer, position);
        auto value = plain_scalar(text);
        if (!value) {
            problem("number_not_finite", pointer, position,
                    "the number " + quoted(text) + " has no JSON value");
            return nullptr;
        }
        if (tag == "float" && value->is_number()) return value->to_number<double>();
        const bool breaks_tag =
            (tag == "null" && !value->is_null()) || (tag == "bool" && !value->is_bool()) ||
            (tag == "int" && !value->is_int64() && !value->is_uint64()) || tag == "float";
        if (breaks_tag)
            problem("unknown_tag", pointer, position,
                    quoted(text) + " is not a value of the tag `!!" + tag + '`');
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
    EventStream events_;
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
        document.complete = false;  // the reason is in the diagnostics
    }
    return document;
}

}  // namespace sluice::definition
