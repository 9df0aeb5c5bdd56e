#include "engine/nodes/data/xml_writer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/expression/utf16.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice::nodes {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};
// NameStartChar and what NameChar adds (XML 1.0 §2.3).
constexpr std::array<Range, 16> name_starts{{{':', ':'},
                                             {'A', 'Z'},
                                             {'_', '_'},
                                             {'a', 'z'},
                                             {0xC0, 0xD6},
                                             {0xD8, 0xF6},
                                             {0xF8, 0x2FF},
                                             {0x370, 0x37D},
                                             {0x37F, 0x1FFF},
                                             {0x200C, 0x200D},
                                             {0x2070, 0x218F},
                                             {0x2C00, 0x2FEF},
                                             {0x3001, 0xD7FF},
                                             {0xF900, 0xFDCF},
                                             {0xFDF0, 0xFFFD},
                                             {0x10000, 0xEFFFF}}};
constexpr std::array<Range, 6> name_goes_on{
    {{'-', '-'}, {'.', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}};

template <std::size_t count>
bool within(char32_t character, const std::array<Range, count>& ranges) {
    return std::ranges::any_of(ranges, [character](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

bool is_name(std::string_view text) {
    if (text.empty()) return false;
    for (std::size_t at = 0; at < text.size();) {
        const bool first = at == 0;
        const auto character = static_cast<char32_t>(expression::decode_utf8(text, at));
        if (!within(character, name_starts) && (first || !within(character, name_goes_on)))
            return false;
    }
    return true;
}

/// Why a text cannot stand in XML at all; the text is UTF-8.
bool has_forbidden_character(std::string_view text) {
    const bool control = std::ranges::any_of(text, [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 && byte != '\t' && byte != '\n' &&
               byte != '\r';
    });
    return control || text.find("\xEF\xBF\xBE") != std::string_view::npos ||
           text.find("\xEF\xBF\xBF") != std::string_view::npos;
}

/// Line ends and tabs as references where readers would make something else of them (§2.11,
/// §3.3.3).
void append_escaped(std::string& out, std::string_view text, bool attribute) {
    for (const char byte : text) {
        switch (byte) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '\r':
                out += "&#13;";
                break;
            case '"':
                out += attribute ? "&quot;" : "\"";
                break;
            case '\n':
                out += attribute ? "&#10;" : "\n";
                break;
            case '\t':
                out += attribute ? "&#9;" : "\t";
                break;
            default:
                out += byte;
        }
    }
}

class XmlWriter {
  public:
    explicit XmlWriter(bool indent) : indent_(indent) {}

    result<std::string> write(const Value& value, bool declaration) {
        const auto* const object = value.if_object();
        if (object == nullptr || object->size() != 1)
            return Error{"invalid_xml_value",
                         "`value` must be an object with one member, the root element", nullptr};
        if (declaration) out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        if (declaration && !indent_) out_ += '\n';
        const auto& root = *object->begin();
        if (root.value().is_array())
            fail(root.key(), "is a list, and there is one root element only");
        else
            element(root.key(), root.value(), root.key(), 0);
        if (failure_) return std::move(*failure_);
        if (indent_) out_ += '\n';
        return {boost::system::in_place_value, std::move(out_)};
    }

  private:
    void fail(const std::string& path, const std::string& why) {
        if (!failure_)
            failure_ = Error{"invalid_xml_value", '`' + path + "` " + why, Object{{"path", path}}};
    }

    std::string checked_text(const Value& value, const std::string& path) {
        if (value.is_structured()) {
            fail(path, "must be text, a number or a boolean");
            return {};
        }
        std::string text = value.is_null() ? std::string() : as_text(value);
        if (has_forbidden_character(text))
            fail(path, "has a control character, which XML does not have");
        return text;
    }

    void new_line(std::size_t depth) {
        if (!indent_) return;
        if (!out_.empty()) out_ += '\n';
        out_.append(depth * 2, ' ');
    }

    void element(std::string_view name, const Value& value, const std::string& path,
                 std::size_t depth) {
        if (failure_) return;
        if (!is_name(name)) return fail(path, "is no name of an element");
        new_line(depth);
        out_.append("<").append(name);
        const auto* const object = value.if_object();
        if (object == nullptr) {
            const std::string text = checked_text(value, path);
            return text.empty() ? close_empty() : close_with_text(name, text);
        }
        const Value* text = nullptr;
        bool has_elements = false;
        for (const auto& member : *object) {
            const std::string_view key = member.key();
            if (key == "#text")
                text = &member.value();
            else if (key.starts_with('@'))
                attribute(key.substr(1), member.value(), path + '.' + std::string(key));
            else
                has_elements = true;
        }
        const std::string own = text == nullptr ? "" : checked_text(*text, path + ".#text");
        if (!has_elements) return own.empty() ? close_empty() : close_with_text(name, own);
        out_ += '>';
        append_escaped(out_, own, false);
        // Within text, spaces for people would be text, too.
        const bool indent = std::exchange(indent_, indent_ && own.empty());
        for (const auto& member : *object)
            if (const std::string_view key = member.key(); key != "#text" && !key.starts_with('@'))
                elements(key, member.value(), path + '.' + std::string(key), depth + 1);
        new_line(depth);
        indent_ = indent;
        out_.append("</").append(name).append(">");
    }

    void elements(std::string_view name, const Value& value, const std::string& path,
                  std::size_t depth) {
        const auto* const list = value.if_array();
        if (list == nullptr) return element(name, value, path, depth);
        for (std::size_t at = 0; at < list->size(); ++at) {
            const std::string inner = path + '[' + std::to_string(at) + ']';
            if ((*list)[at].is_array()) return fail(inner, "is a list in a list");
            element(name, (*list)[at], inner, depth);
        }
    }

    void attribute(std::string_view name, const Value& value, const std::string& path) {
        if (!is_name(name)) return fail(path, "is no name of an attribute");
        out_.append(" ").append(name).append("=\"");
        append_escaped(out_, checked_text(value, path), true);
        out_ += '"';
    }

    void close_empty() { out_ += "/>"; }
    void close_with_text(std::string_view name, std::string_view text) {
        out_ += '>';
        append_escaped(out_, text, false);
        out_.append("</").append(name).append(">");
    }

    bool indent_;
    std::string out_;
    std::optional<Error> failure_;
};

}  // namespace

result<std::string> write_xml(const Value& value, bool indent, bool declaration) {
    return XmlWriter(indent).write(value, declaration);
}

}  // namespace sluice::nodes
