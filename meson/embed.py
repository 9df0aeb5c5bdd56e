#!/usr/bin/env python3
"""Turn a file into a C++ source: embed.py INPUT OUTPUT.cpp SYMBOL

The source defines `extern const std::string_view sluice::SYMBOL`, the bytes of INPUT.
"""
import sys


def literal(data: bytes) -> str:
    """One C++ string literal. Octal escapes of three digits cannot swallow a digit that follows."""
    plain = set(range(0x20, 0x7F)) - set(b'"\\?')
    return '"' + ''.join(chr(b) if b in plain else '\\%03o' % b for b in data) + '"'


def main() -> None:
    source, target, symbol = sys.argv[1:]
    with open(source, 'rb') as file:
        data = file.read()
    with open(target, 'w', encoding='ascii') as file:
        file.write('#include <string_view>\n\nnamespace sluice {\n\n')
        file.write(f'extern const std::string_view {symbol};\n')
        file.write(f'const std::string_view {symbol}{{\n')
        for at in range(0, len(data), 100):
            file.write('    ' + literal(data[at:at + 100]) + '\n')
        if not data:
            file.write('    ""\n')
        file.write(f'    , {len(data)}}};\n\n}}  // namespace sluice\n')


main()
