#include "engine/secrets/escapes.hpp"

#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

std::string plain(std::string_view text) {
    std::string result;
    return unescape(text, result) ? result : "unchanged";
}

TEST(Escapes, AreUndoneByTheLayer) {
    EXPECT_EQ(plain("a%2Fb%2fc"), "a/b/c");
    EXPECT_EQ(plain("%252F"), "%2F");
    EXPECT_EQ(plain(R"(\"\\\/\t\u0041\u00e9\x2f)"), "\"\\/\tA\xC3\xA9/");
    EXPECT_EQ(plain(R"(\ud83d\ude00)"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(plain("&amp;&lt;&gt;&quot;&apos;&#39;&#x2F;&#128512;"), "&<>\"''/\xF0\x9F\x98\x80");
    EXPECT_EQ(plain("ab\r\ncd\n"), "abcd");
}

TEST(Escapes, OfOtherKindsStay) {
    for (const char* text :
         {"", "plain", "100%", "%", "%4", "%zz", "\\", "\\q", "\\u12", "\\ud83d", "\\ud83dx", "&",
          "&;", "&nothing;", "&#;", "&#x;", "&#99999999;", "a & b; c", "&#x110000;"})
        EXPECT_EQ(plain(text), "unchanged") << text;
    EXPECT_EQ(plain("%zz%41"), "%zzA");
}

TEST(Escapes, TellWhereEachByteStood) {
    std::string result;
    std::vector<Origin> origins;
    ASSERT_TRUE(unescape("a%41\n\\u00e9b", result, &origins));
    ASSERT_EQ(result,
              "aA\xC3\xA9"
              "b");
    ASSERT_EQ(origins.size(), 5U);
    const std::pair<unsigned, unsigned> expected[] = {{0, 1}, {1, 4}, {5, 11}, {5, 11}, {11, 12}};
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(origins[i].begin, expected[i].first) << i;
        EXPECT_EQ(origins[i].end, expected[i].second) << i;
    }
}

}  // namespace
}  // namespace sluice::testing
