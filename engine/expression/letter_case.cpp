#include "engine/expression/letter_case.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "engine/expression/letter_case_table.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

constexpr char32_t capital_sigma = 0x3A3;

void add_changed(char32_t character, std::span<const CaseRun> runs,
                 std::span<const CaseSpecial> specials, std::string& out) {
    const auto special = std::ranges::lower_bound(specials, character, {}, &CaseSpecial::character);
    if (special != specials.end() && special->character == character) {
        out.append(special->text);
        return;
    }
    const auto run = std::ranges::lower_bound(runs, character, {}, &CaseRun::last);
    const bool inside =
        run != runs.end() && character >= run->first && (character - run->first) % run->step == 0;
    encode_utf8(inside ? static_cast<char32_t>(static_cast<std::int64_t>(character) + run->delta)
                       : character,
                out);
}

}  // namespace

Operand change_case(Evaluation& evaluation, std::string_view text, LetterCase wanted) {
    if (!evaluation.scan(text.size())) return {};
    const bool upper = wanted == LetterCase::upper;
    const char first = upper ? 'a' : 'A';
    const char last = upper ? 'z' : 'Z';
    const auto ascii = [first, last](char letter) {
        return letter >= first && letter <= last ? static_cast<char>(letter ^ 0x20) : letter;
    };
    if (is_ascii(text)) {
        char* const memory = evaluation.text_memory(text.size());
        if (memory == nullptr) return {};
        std::ranges::transform(text, memory, ascii);
        return Operand::text({memory, text.size()});
    }
    if (!evaluation.scan(text.size() * 64)) return {};
    std::string out;
    for (std::size_t position = 0; position < text.size();) {
        const char letter = text[position];
        if (static_cast<unsigned char>(letter) < 0x80) {
            out.push_back(ascii(letter));
            ++position;
            continue;
        }
        const char32_t character = decode_utf8(text, position);
        if (!upper && character == capital_sigma) {
            return evaluation.unsupported(
                "the lower case of the Greek capital sigma depends on its place",
                "a code node can do this");
        }
        if (upper) {
            add_changed(character, upper_runs, upper_specials, out);
        } else {
            add_changed(character, lower_runs, lower_specials, out);
        }
    }
    return Operand::text(evaluation.keep(out));
}

}  // namespace sluice::expression
