#include "engine/secrets/secret_forms.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "engine/expression/trial.hpp"
#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"
#include "engine/secrets/escapes.hpp"

namespace sluice {
namespace {

using Texts = std::set<std::string>;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

/// As `toUpperCase` and `toLowerCase` of expressions and code make it.
std::string in_case(std::string_view text, std::string_view method) {
    std::string changed(text);
    if (!is_ascii(text)) {
        const expression::ObjectScope scope(Object{{"input", text}}, {});
        const auto compiled =
            expression::Expression::compile("input." + std::string(method) + "()", scope.names());
        if (!compiled) return changed;
        const auto value = compiled->evaluate(scope, expression::Budget::from({}));
        return value && value->is_string() ? std::string(value->get_string()) : changed;
    }
    const bool upper = method == "toUpperCase";
    for (char& byte : changed) {
        if (upper && byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
        if (!upper && byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    }
    return changed;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const auto begin = text.find_first_not_of(spaces);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(spaces) - begin + 1));
}

/// The bytes of `btoa` and `escape`; empty where the text has other characters than these.
std::string latin1(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            bytes += text[i];
        } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size()) {
            bytes += static_cast<char>((byte & 3) << 6 | (text[++i] & 0x3F));
        } else {
            return {};
        }
    }
    return bytes;
}

std::string percent_encoded(std::string_view text, std::string_view kept, bool form) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool word = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= 'a' && byte <= 'z');
        if (word || kept.find(character) != std::string_view::npos) {
            encoded += character;
        } else if (form && character == ' ') {
            encoded += '+';
        } else {
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

std::string json_escaped(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return quoted.substr(1, quoted.size() - 2);
}

std::string html_escaped(std::string_view text, std::string_view apostrophe) {
    std::string escaped;
    for (const char character : text) switch (character) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += apostrophe;
                break;
            default:
                escaped += character;
        }
    return escaped;
}

std::string hexadecimal(std::string_view bytes, std::string_view digits = "0123456789abcdef") {
    std::string text;
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

/// The value as JSON, HTML, URLs and forms hold it, by the rules that programs follow.
Texts usual_escapes(std::string_view value) {
    Texts escaped{json_escaped(value)};
    for (const std::string_view apostrophe : {"'", "&#39;", "&#x27;", "&apos;"})
        escaped.insert(html_escaped(value, apostrophe));
    constexpr std::string_view unreserved = "-_.~";  // RFC 3986 §2.3
    for (const std::string_view kept :
         {unreserved, std::string_view("-_.!~*'()"),  // ECMA-262, encodeURIComponent
          std::string_view("-_.!~*'();/?:@&=+$,#")})  // ECMA-262, encodeURI
        escaped.insert(percent_encoded(value, kept, false));
    for (const std::string_view kept : {unreserved, std::string_view("*-._")})  // WHATWG URL §5.2
        escaped.insert(percent_encoded(value, kept, true));
    return escaped;
}

/// The digits that are wholly made of `bytes` when `skipped` bytes stand before them in their group
/// of three (RFC 4648 §4).
PatternSearch::Pattern base64_inside(std::string_view bytes, std::size_t skipped) {
    const std::string encoded = base64_encode(std::string(skipped, '\0') + std::string(bytes));
    const std::size_t first = (skipped * 8 + 5) / 6;
    const std::size_t bits = (skipped + bytes.size()) * 8;
    PatternSearch::Pattern pattern;
    pattern.text = encoded.substr(first, bits / 6 - first);
    pattern.digit_before = skipped != 0;
    pattern.digit_after = bits % 6 != 0;
    return pattern;
}

std::string url_alphabet(std::string text) {
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

class Collector {
  public:
    Collector(std::uint32_t owner, std::size_t least, std::vector<PatternSearch::Pattern>& patterns)
        : owner_(owner), least_(least), patterns_(patterns) {}

    void add(PatternSearch::Pattern pattern) {
        if (pattern.text.size() < least_ || !seen_.insert(pattern.text).second) return;
        pattern.owner = owner_;
        patterns_.push_back(std::move(pattern));
    }

    /// A text, and what comes of it when escapes are undone that are its own.
    void add_plain(std::string text) {
        add({text, 0, false, false});
        std::string plain;
        for (int layer = 0; layer < escape_layers && unescape(text, all_escapes, plain); ++layer) {
            text = plain;
            add({text, 0, false, false});
        }
    }

    /// Returns the base64 for a further layer.
    Texts add_encoded(const std::string& bytes) {
        Texts encoded;
        add({hexadecimal(bytes), 0, false, false});
        for (const std::size_t skipped : {0U, 1U, 2U}) {
            auto pattern = base64_inside(bytes, skipped);
            encoded.insert(pattern.text);
            add(pattern);
            pattern.text = url_alphabet(std::move(pattern.text));
            encoded.insert(pattern.text);
            add(std::move(pattern));
        }
        return encoded;
    }

  private:
    std::uint32_t owner_;
    std::size_t least_;
    std::vector<PatternSearch::Pattern>& patterns_;
    Texts seen_;
};

}  // namespace

void add_forms(std::string_view value, std::uint32_t owner, std::size_t least,
               std::vector<PatternSearch::Pattern>& patterns) {
    const std::string own(value);
    Texts texts{own, trimmed(value), in_case(value, "toLowerCase"), in_case(value, "toUpperCase")};
    if (!is_ascii(value)) texts.insert(latin1(value));
    std::erase_if(texts, [&](const std::string& text) { return text.size() < least; });
    Collector collector(owner, least, patterns);
    for (const auto& text : texts) collector.add_plain(text);

    Texts bytes = texts;
    bytes.merge(usual_escapes(value));
    for (const auto& text : bytes) {
        Texts layer = collector.add_encoded(text);
        if (text != own || own.size() > layered_bytes) continue;
        layer.insert({hexadecimal(own), hexadecimal(own, "0123456789ABCDEF")});
        for (const auto& inner : layer) (void)collector.add_encoded(inner);
    }
}

}  // namespace sluice
