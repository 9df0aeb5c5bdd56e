#include "engine/secrets/pattern_search.hpp"

#include <random>

#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

using Found = std::vector<std::string>;

Found find(const PatternSearch& search, std::string_view text, std::vector<bool> wanted) {
    std::vector<PatternSearch::Match> matches;
    search.find(text, wanted, matches);
    Found found;
    for (const auto& match : matches)
        found.push_back(std::to_string(match.owner) + ":" +
                        std::string(text.substr(match.begin, match.end - match.begin)));
    return found;
}

TEST(PatternSearch, FindsEveryPatternInOnePass) {
    const PatternSearch search({{"he", 0}, {"she", 1}, {"hers", 2}, {"his", 3}});
    EXPECT_EQ(find(search, "ushers his", {true, true, true, true}),
              (Found{"1:she", "2:hers", "3:his"}));
    EXPECT_EQ(find(search, "USHERS", {true, true, true, true}), (Found{"1:SHE", "2:HERS"}));
    EXPECT_EQ(search.shortest(), 2U);
}

TEST(PatternSearch, FindsOnlyWhatIsWanted) {
    const PatternSearch search({{"he", 0}, {"she", 1}, {"hers", 2}});
    EXPECT_EQ(find(search, "ushers", {true, false, false}), (Found{"0:he"}));
    EXPECT_EQ(find(search, "ushers", {false, false, false}), Found{});
}

TEST(PatternSearch, TakesPlusForSpace) {
    const PatternSearch search({{"a b", 0}, {"c+d", 1}});
    EXPECT_EQ(find(search, "a+b c d", {true, true}), (Found{"0:a+b", "1:c d"}));
}

TEST(PatternSearch, TakesDigitsThatBelongToIt) {
    const PatternSearch search({{"QUJD", 0, true, true}});
    EXPECT_EQ(find(search, "xQUJD= -QUJDz", {true}), (Found{"0:xQUJD", "0:-QUJDz"}));
    EXPECT_EQ(find(search, "QUJD", {true}), (Found{"0:QUJD"}));
}

TEST(PatternSearch, FindsNothingWithoutPatterns) {
    EXPECT_EQ(find(PatternSearch(), "anything", {}), Found{});
    EXPECT_EQ(find(PatternSearch(std::vector<PatternSearch::Pattern>{}), "anything", {}), Found{});
}

/// Many more states than have a row of their own, against the obvious way.
TEST(PatternSearch, AgreesWithTheObviousWay) {
    std::mt19937 random(7);
    std::vector<PatternSearch::Pattern> patterns;
    const auto text_of = [&](std::size_t length) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) text += static_cast<char>('a' + random() % 3);
        return text;
    };
    for (std::uint32_t owner = 0; owner < 400; ++owner)
        patterns.push_back({text_of(6 + random() % 60), owner});
    const PatternSearch search(patterns);
    ASSERT_GT(search.states(), 8'000U);
    std::string text = text_of(3'000);
    for (int i = 0; i < 100; ++i) text += patterns[random() % 400].text + text_of(5);
    std::vector<PatternSearch::Match> matches;
    search.find(text, std::vector<bool>(400, true), matches);
    std::vector<std::size_t> longest(text.size() + 1);
    for (const auto& pattern : patterns)
        for (auto at = text.find(pattern.text); at != std::string::npos;
             at = text.find(pattern.text, at + 1))
            longest[at + pattern.text.size()] =
                std::max(longest[at + pattern.text.size()], pattern.text.size());
    std::vector<std::size_t> found(text.size() + 1);
    for (const auto& match : matches) found[match.end] = match.end - match.begin;
    EXPECT_EQ(found, longest);
}

}  // namespace
}  // namespace sluice::testing
