#!/usr/bin/env python3
"""Writes letter_case_table.hpp from Python's Unicode database: ./letter_case_table.py > letter_case_table.hpp"""
import sys
import unicodedata


def runs(change):
    result, specials = [], []
    for code in range(0x80, 0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        changed = change(chr(code))
        if changed == chr(code):
            continue
        if len(changed) != 1:
            specials.append((code, changed))
            continue
        delta = ord(changed) - code
        last = result[-1] if result else None
        if last and last[3] == delta and code - last[1] in (1, 2) and last[2] in (0, code - last[1]):
            last[1], last[2] = code, code - last[1]
        else:
            result.append([code, code, 0, delta])
    return result, specials


def write(name, change):
    found, specials = runs(change)
    print(f"inline constexpr CaseRun {name}_runs[] = {{")
    for first, last, step, delta in found:
        print(f"    {{0x{first:X}, 0x{last:X}, {max(step, 1)}, {delta}}},")
    print("};")
    print(f"inline constexpr CaseSpecial {name}_specials[] = {{")
    for code, text in specials:
        escaped = "".join(f"\\x{byte:02X}" for byte in text.encode())
        print(f"    {{0x{code:X}, \"{escaped}\"}},")
    print("};\n")


print(f"""// Made by letter_case_table.py from Unicode {unicodedata.unidata_version}; not to be edited.
// clang-format off
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::expression {{

/// From `first` to `last`, every `step`-th character becomes the one `delta` further on.
struct CaseRun {{
    char32_t first;
    char32_t last;
    std::uint32_t step;
    std::int32_t delta;
}};
/// What becomes more than one character.
struct CaseSpecial {{
    char32_t character;
    std::string_view text;
}};
""")
write("upper", str.upper)
write("lower", str.lower)
print("}  // namespace sluice::expression")
sys.stdout.flush()
