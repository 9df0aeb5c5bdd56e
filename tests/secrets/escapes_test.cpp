#include "engine/secrets/escapes.hpp"

#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

std::string plain(std::string_view text) {
    std::string result;
    return unescape(text, all_escapes, result) ? result : "unchanged";
}

TEST(Escapes, AreUndoneByTheLayer) {
    EXPECT_EQ(plain("a%2Fb%2fc"), "a/b/c");
    EXPECT_EQ(plain("%252F"), "%2F");
    EXPECT_EQ(plain(R"(\"\\\/\t\u0041\u00e9\x2f)"), "\"\\/\tA\xC3\xA9/");
    EXPECT_EQ(plain(R"(\ud83d\ude00)"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(plain("&amp;&lt;&gt;&quot;&apos;&#39;&#x2F;&#128512;"), "&<>\"''/\xF0\x9F\x98\x80");
    EXPECT_EQ(plain("ab\r\ncd\n"), "abcd");
}

TEST(Escapes, AreUndoneOfTheKindsAskedFor) {
    std::string result;
    EXPECT_TRUE(unescape("%41\\x41&#65;\n", backslash_escapes, result));
    EXPECT_EQ(result, "%41A&#65;\n");
    EXPECT_TRUE(unescape("%41\\x41&#65;\n", percent_escapes | entities, result));
    EXPECT_EQ(result, "A\\x41A\n");
    EXPECT_FALSE(unescape("%41", backslash_escapes, result));
}

TEST(Escapes, OfOtherKindsStay) {
    for (const char* text :
         {"", "plain", "100%", "%", "%4", "%zz", "\\", "\\q", "\\u12", "\\ud83d", "\\ud83dx", "&",
          "&;", "&nothing;", "&#;", "&#x;", "&#99999999;", "a & b; c", "&#x110000;"})
        EXPECT_EQ(plain(text), "unchanged") << text;
    EXPECT_EQ(plain("%zz%41"), "%zzA");
}

TEST(Escapes, TellWhatCameFromWhere) {
    std::string result;
    std::vector<UnescapedRun> runs;
    ASSERT_TRUE(unescape("ab%41\n\\u00e9c%", all_escapes, result, &runs));
    ASSERT_EQ(result,
              "abA\xC3\xA9"
              "c%");
    const UnescapedRun expected[] = {
        {0, 0, 2, false}, {2, 2, 3, true}, {3, 5, 1, true}, {3, 6, 6, true}, {5, 12, 2, false}};
    ASSERT_EQ(runs.size(), std::size(expected));
    for (std::size_t i = 0; i < runs.size(); ++i) {
        EXPECT_EQ(runs[i].plain, expected[i].plain) << i;
        EXPECT_EQ(runs[i].text, expected[i].text) << i;
        EXPECT_EQ(runs[i].text_size, expected[i].text_size) << i;
        EXPECT_EQ(runs[i].escape, expected[i].escape) << i;
    }
}

TEST(Escapes, AreFoundByKind) {
    EXPECT_EQ(escapes_in("plain"), 0);
    EXPECT_EQ(escapes_in("a%b"), percent_escapes);
    EXPECT_EQ(escapes_in("\\ & \r"), backslash_escapes | entities | line_breaks);
}

}  // namespace
}  // namespace sluice::testing
