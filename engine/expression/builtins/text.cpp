#include <algorithm>
#include <array>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/json_text.hpp"
#include "engine/expression/number_text.hpp"
#include "engine/expression/utf16.hpp"

/// JSON, the encoding of addresses, and base64 (ECMA-262, 19.2.6 and 25.5; HTML, 8.3).
namespace sluice::expression {

namespace {

Operand stringify(Evaluation& evaluation, Arguments arguments) {
    JsonLayout layout;
    const Operand names = argument(arguments, 1);
    if (names.is_array()) {
        const Elements elements(names);
        for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) {
            if (!elements[i].is_string() && !elements[i].is_number()) continue;
            const std::string_view name = to_text(evaluation, elements[i]);
            if (std::ranges::find(layout.names, name) == layout.names.end())
                layout.names.push_back(name);
        }
        layout.only_names = true;
    }
    const Operand space = argument(arguments, 2);
    if (space.is_number()) {
        const double count = std::min(to_integer(evaluation, space), 10.0);
        if (count > 0) layout.indent.assign(static_cast<std::size_t>(count), ' ');
    } else if (space.is_string()) {
        const auto [end, inside] = position_of_unit(space.as_text(), 10);
        if (inside)
            return evaluation.unsupported("the indentation would end with half of a character");
        layout.indent = space.as_text().substr(0, end);
    }
    return json_text(evaluation, argument(arguments, 0), layout);
}

Operand parse(Evaluation& evaluation, Arguments arguments) {
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    return evaluation.failed() ? Operand() : parse_json(evaluation, text);
}

constexpr std::string_view unreserved = "-_.!~*'()";
constexpr std::string_view unreserved_and_reserved = "-_.!~*'();/?:@&=+$,#";
constexpr std::string_view reserved = ";/?:@&=+$,#";

Operand encode(Evaluation& evaluation, Arguments arguments, std::string_view marks) {
    constexpr std::string_view hexadecimal = "0123456789ABCDEF";
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    std::array<bool, 256> kept{};
    for (int i = 0; i < 128; ++i) {
        const char character = static_cast<char>(i);
        kept[static_cast<std::size_t>(i)] =
            digit_value(character) < 36 || marks.find(character) != std::string_view::npos;
    }
    if (!evaluation.spend(4)) return {};
    const auto stays = [&kept](char character) {
        return kept[static_cast<unsigned char>(character)];
    };
    if (!evaluation.scan(text.size() * 8)) return {};
    std::size_t size = 0;
    for (const char character : text) size += stays(character) ? 1 : 3;
    if (size == text.size()) return Operand::text(text);
    char* const memory = evaluation.text_memory(size);
    if (memory == nullptr) return {};
    char* out = memory;
    for (const char character : text) {
        if (stays(character)) {
            *out++ = character;
            continue;
        }
        const auto byte = static_cast<unsigned char>(character);
        *out++ = '%';
        *out++ = hexadecimal[byte >> 4];
        *out++ = hexadecimal[byte & 15];
    }
    return Operand::text({memory, size});
}

Operand encode_uri_component(Evaluation& evaluation, Arguments arguments) {
    return encode(evaluation, arguments, unreserved);
}

Operand encode_uri(Evaluation& evaluation, Arguments arguments) {
    return encode(evaluation, arguments, unreserved_and_reserved);
}

/// Whether these bytes are one character of UTF-8, in its shortest form.
bool is_character(std::string_view bytes) {
    std::size_t end = 0;
    const char32_t character = decode_utf8(bytes, end);
    std::string again;
    encode_utf8(character, again);
    return again == bytes && !(character >= 0xD800 && character < 0xE000);
}

/// What is in `kept` stays encoded.
Operand decode(Evaluation& evaluation, Arguments arguments, std::string_view kept) {
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    if (!evaluation.scan(text.size() * 32)) return {};
    const auto wrong = [&] {
        return evaluation.type_error("the text is not encoded as an address is",
                                     "% is followed by two hexadecimal digits of UTF-8");
    };
    std::string out;
    std::size_t position = 0;
    const auto byte = [&](char& value) {
        if (position + 2 >= text.size() || text[position] != '%') return false;
        const int high = digit_value(text[position + 1]);
        const int low = digit_value(text[position + 2]);
        if (high > 15 || low > 15) return false;
        value = static_cast<char>(high * 16 + low);
        position += 3;
        return true;
    };
    while (position < text.size()) {
        if (text[position] != '%') {
            out.push_back(text[position++]);
            continue;
        }
        const std::size_t begin = position;
        std::string character(1, ' ');
        if (!byte(character[0])) return wrong();
        const auto lead = static_cast<unsigned char>(character[0]);
        const int more = lead < 0x80 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        for (int i = 0; i < more; ++i) {
            char next = 0;
            if (!byte(next)) return wrong();
            character.push_back(next);
        }
        if (!is_character(character)) return wrong();
        const bool stays = more == 0 && kept.find(character[0]) != std::string_view::npos;
        out.append(stays ? text.substr(begin, position - begin) : std::string_view(character));
    }
    return Operand::text(evaluation.keep(out));
}

Operand decode_uri_component(Evaluation& evaluation, Arguments arguments) {
    return decode(evaluation, arguments, {});
}

Operand decode_uri(Evaluation& evaluation, Arguments arguments) {
    return decode(evaluation, arguments, reserved);
}

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Operand btoa(Evaluation& evaluation, Arguments arguments) {
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    if (!evaluation.scan(text.size() * 32)) return {};
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (std::size_t position = 0; position < text.size();) {
        const char32_t character = decode_utf8(text, position);
        if (character > 0xFF) {
            return evaluation.type_error("btoa knows characters up to U+00FF only",
                                         "a code node can encode others");
        }
        bits = bits << 8 | character;
        for (count += 8; count >= 6; count -= 6) out.push_back(alphabet[bits >> (count - 6) & 63]);
    }
    if (count > 0) out.push_back(alphabet[bits << (6 - count) & 63]);
    while (out.size() % 4 != 0) out.push_back('=');
    return Operand::text(evaluation.keep(out));
}

Operand atob(Evaluation& evaluation, Arguments arguments) {
    std::string text(to_text(evaluation, argument(arguments, 0)));
    if (!evaluation.scan(text.size() * 32)) return {};
    std::erase_if(text, [](char character) {
        return std::string_view("\t\n\f\r ").find(character) != std::string_view::npos;
    });
    if (text.size() % 4 == 0) {
        for (int i = 0; i < 2 && text.ends_with('='); ++i) text.pop_back();
    }
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char character : text) {
        const std::size_t value = alphabet.find(character);
        if (value == std::string_view::npos || text.size() % 4 == 1)
            return evaluation.type_error("the text is not base64");
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        encode_utf8(bits >> count & 0xFF, out);
    }
    return Operand::text(evaluation.keep(out));
}

constexpr std::array table{
    Function{"JSON.stringify", stringify, 1, 3},
    Function{"JSON.parse", parse, 1, 1},
    Function{"encodeURIComponent", encode_uri_component, 1, 1},
    Function{"encodeURI", encode_uri, 1, 1},
    Function{"decodeURIComponent", decode_uri_component, 1, 1},
    Function{"decodeURI", decode_uri, 1, 1},
    Function{"btoa", btoa, 1, 1},
    Function{"atob", atob, 1, 1},
};

}  // namespace

std::span<const Function> text_functions() {
    return table;
}

}  // namespace sluice::expression
