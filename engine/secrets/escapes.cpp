#include "engine/secrets/escapes.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace sluice {
namespace {

constexpr std::size_t longest_entity = 10;  // `&#1114111;`

/// What an escape stands for, and how many bytes it takes.
struct Escape {
    std::array<char, 4> bytes{};
    std::uint8_t size = 0;
    std::uint8_t taken = 0;
};

Escape of_byte(char byte, std::size_t taken) {
    return {{byte}, 1, static_cast<std::uint8_t>(taken)};
}

Escape of_code_point(std::uint32_t point, std::size_t taken) {  // RFC 3629 §3
    Escape escape;
    escape.taken = static_cast<std::uint8_t>(taken);
    const auto add = [&](std::uint32_t byte) {
        escape.bytes[escape.size++] = static_cast<char>(byte);
    };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | point >> 6);
        add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        add(0xE0 | point >> 12);
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    } else {
        add(0xF0 | point >> 18);
        add(0x80 | (point >> 12 & 0x3F));
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    }
    return escape;
}

std::optional<std::uint32_t> digits(std::string_view text, std::uint32_t base) {
    if (text.empty()) return std::nullopt;
    std::uint32_t number = 0;
    for (const char character : text) {
        std::uint32_t digit = 16;
        if (character >= '0' && character <= '9')
            digit = static_cast<std::uint32_t>(character - '0');
        if (character >= 'a' && character <= 'f')
            digit = static_cast<std::uint32_t>(character - 'a' + 10);
        if (character >= 'A' && character <= 'F')
            digit = static_cast<std::uint32_t>(character - 'A' + 10);
        if (digit >= base) return std::nullopt;
        number = number * base + digit;
    }
    return number;
}

/// The number written with `count` hexadecimal digits at `position`.
std::optional<std::uint32_t> hexadecimal(std::string_view text, std::size_t position,
                                         std::size_t count) {
    if (position + count > text.size()) return std::nullopt;
    return digits(text.substr(position, count), 16);
}

std::optional<Escape> unicode_escape(std::string_view text) {
    const auto unit = hexadecimal(text, 2, 4);
    if (!unit) return std::nullopt;
    if (*unit < 0xD800 || *unit > 0xDFFF) return of_code_point(*unit, 6);
    if (*unit > 0xDBFF || text.substr(6, 2) != "\\u") return std::nullopt;
    const auto low = hexadecimal(text, 8, 4);
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
    return of_code_point(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00), 12);
}

std::optional<Escape> backslash_escape(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    switch (text[1]) {
        case '"':
        case '\'':
        case '\\':
        case '/':
        case '`':
            return of_byte(text[1], 2);
        case 'n':
            return of_byte('\n', 2);
        case 'r':
            return of_byte('\r', 2);
        case 't':
            return of_byte('\t', 2);
        case 'b':
            return of_byte('\b', 2);
        case 'f':
            return of_byte('\f', 2);
        case 'u':
            return unicode_escape(text);
        case 'x':
            if (const auto point = hexadecimal(text, 2, 2)) return of_code_point(*point, 4);
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

std::optional<Escape> entity(std::string_view text) {
    constexpr std::pair<std::string_view, char> names[] = {
        {"amp", '&'}, {"quot", '"'}, {"apos", '\''}, {"lt", '<'}, {"gt", '>'}};
    const auto end = text.substr(0, longest_entity).find(';');
    if (end == std::string_view::npos || end < 3) return std::nullopt;
    const std::string_view name = text.substr(1, end - 1);
    for (const auto& [known, character] : names)
        if (name == known) return of_byte(character, end + 1);
    if (name[0] != '#') return std::nullopt;
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const auto point = hex ? digits(name.substr(2), 16) : digits(name.substr(1), 10);
    if (!point || *point > 0x10FFFF) return std::nullopt;
    return of_code_point(*point, end + 1);
}

std::optional<Escape> escape_at(std::string_view text) {
    switch (text[0]) {
        case '%':
            if (const auto byte = hexadecimal(text, 1, 2))
                return of_byte(static_cast<char>(*byte), 3);
            return std::nullopt;
        case '\\':
            return backslash_escape(text);
        case '&':
            return entity(text);
        default:
            return Escape{{}, 0, 1};  // a line break
    }
}

constexpr std::pair<char, EscapeKind> specials[] = {{'%', percent_escapes},
                                                    {'\\', backslash_escapes},
                                                    {'&', entities},
                                                    {'\n', line_breaks},
                                                    {'\r', line_breaks}};

constexpr auto kind_of_byte = [] {
    std::array<std::uint8_t, 256> table{};
    for (const auto& [byte, kind] : specials) table[static_cast<unsigned char>(byte)] = kind;
    return table;
}();

}  // namespace

std::uint8_t escapes_in(std::string_view text) {
    std::uint8_t kinds = 0;
    for (const auto& [byte, kind] : specials)
        if (std::memchr(text.data(), byte, text.size()) != nullptr) kinds |= kind;
    return kinds;
}

bool unescape(std::string_view text, std::uint8_t kinds, std::string& plain,
              std::vector<UnescapedRun>* runs) {
    kinds &= escapes_in(text);
    if (kinds == 0) return false;
    plain.clear();
    plain.reserve(text.size());
    if (runs != nullptr) runs->clear();
    bool undone = false;
    const auto add = [&](std::string_view bytes, std::size_t begin, std::size_t size, bool escape) {
        if (runs != nullptr)
            runs->push_back({static_cast<std::uint32_t>(plain.size()),
                             static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size),
                             escape});
        plain.append(bytes);
    };
    for (std::size_t position = 0; position < text.size();) {
        std::size_t next = position;
        std::optional<Escape> escape;
        for (; next < text.size(); ++next) {
            if ((kind_of_byte[static_cast<unsigned char>(text[next])] & kinds) == 0) continue;
            escape = escape_at(text.substr(next));
            if (escape) break;
        }
        if (next > position)
            add(text.substr(position, next - position), position, next - position, false);
        position = next;
        if (!escape) break;
        add({escape->bytes.data(), escape->size}, position, escape->taken, true);
        position += escape->taken;
        undone = true;
    }
    return undone;
}

}  // namespace sluice
