#include "engine/expression/regular_expression.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <re2/re2.h>

#include "engine/expression/regex_translation.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {
constexpr std::int64_t most_memory = 1 << 20;
constexpr std::size_t longest_pattern = 2'000;
constexpr std::size_t most_groups = 30;
}  // namespace

RegularExpression::~RegularExpression() = default;

boost::system::result<std::unique_ptr<const RegularExpression>, RegularExpression::Refusal>
RegularExpression::compile(std::string_view pattern, std::string_view flags) {
    std::unique_ptr<RegularExpression> result(new RegularExpression);
    RegexFlags known;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const char flag = flags[i];
        if (flags.find(flag, i + 1) != std::string_view::npos) {
            return Refusal{
                "expression_syntax", "a flag of the regular expression is there twice", {}, 0};
        }
        if (flag == 'g') {
            result->global_ = true;
        } else if (flag == 'i') {
            known.ignore_case = true;
        } else if (flag == 'm') {
            known.multiline = true;
        } else if (flag == 's') {
            known.dot_all = true;
        } else if (flag == 'u') {
            known.unicode = true;
        } else {
            const bool exists = flag == 'y' || flag == 'd' || flag == 'v';
            return Refusal{
                exists ? "expression_unsupported" : "expression_syntax",
                std::string("the flag ") + flag + " of regular expressions is not available",
                "the flags are g, i, m, s and u", 0};
        }
    }
    if (pattern.size() > longest_pattern) {
        return Refusal{"expression_unsupported", "the regular expression is too long", {}, 0};
    }
    auto translated = translate_regex(pattern, known);
    if (!translated) return std::move(translated).error();
    if (known.ignore_case && !known.unicode && !translated->ascii) {
        return Refusal{"expression_unsupported",
                       "letters beyond ASCII have no exact upper and lower case without the flag u",
                       "write the flags iu", 0};
    }
    if (translated->group_names.size() > most_groups) {
        return Refusal{
            "expression_unsupported", "the regular expression has too many groups", {}, 0};
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(most_memory);
    options.set_case_sensitive(!known.ignore_case);
    auto compiled = std::make_unique<const re2::RE2>(translated->pattern, options);
    if (!compiled->ok()) {
        return Refusal{"expression_unsupported", "the regular expression is too large",
                       "count less, or use a code node", 0};
    }
    result->compiled_ = std::move(compiled);
    result->ignore_case_ = known.ignore_case;
    result->multiline_ = known.multiline;
    result->unicode_ = known.unicode;
    result->longest_ = translated->longest;
    result->whole_characters_ = translated->whole_characters && !translated->may_be_empty;
    result->group_names_ = std::move(translated->group_names);
    result->has_names_ =
        std::ranges::any_of(result->group_names_, [](const auto& name) { return !name.empty(); });
    return std::unique_ptr<const RegularExpression>(std::move(result));
}

const char* RegularExpression::refusal(std::string_view text) const {
    if (multiline_ && (text.find('\r') != std::string_view::npos ||
                       text.find("\xE2\x80\xA8") != std::string_view::npos ||
                       text.find("\xE2\x80\xA9") != std::string_view::npos)) {
        return "with the flag m, only \\n can end the lines of the text here";
    }
    if (is_ascii(text)) return nullptr;
    if (ignore_case_ && (text.find("\xC5\xBF") != std::string_view::npos ||
                         text.find("\xE2\x84\xAA") != std::string_view::npos)) {
        return "with the flag i, the text cannot have U+017F or U+212A here";
    }
    if (!unicode_ && !whole_characters_ && std::ranges::any_of(text, [](char byte) {
            return static_cast<unsigned char>(byte) >= 0xF0;
        })) {
        return "the text has characters beyond U+FFFF, which need the flag u";
    }
    return nullptr;
}

bool RegularExpression::find(std::string_view text, std::size_t from,
                             std::span<std::string_view> places) const {
    std::array<re2::StringPiece, most_groups + 1> pieces;
    const std::size_t count = std::min(places.size(), groups() + 1);
    // A text without data would be taken for no match.
    const re2::StringPiece all(text.data() == nullptr ? "" : text.data(), text.size());
    if (!compiled_->Match(all, from, text.size(), re2::RE2::UNANCHORED, pieces.data(),
                          static_cast<int>(count)))
        return false;
    for (std::size_t i = 0; i < count; ++i) places[i] = {pieces[i].data(), pieces[i].size()};
    return true;
}

std::size_t RegularExpression::program_size() const {
    return static_cast<std::size_t>(std::max(compiled_->ProgramSize(), 1));
}

std::size_t RegularExpression::looked_at(std::string_view text, std::size_t from,
                                         std::size_t end) const {
    const std::size_t rest = text.size() - from;
    // Without a bound on its length, a match may have been looked for up to the end of the text.
    if (longest_ == 0) return rest;
    return std::min(rest, end - from + longest_ * 4);
}

}  // namespace sluice::expression
