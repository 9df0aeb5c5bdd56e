#include "engine/model/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Utf8, TextIsValid) {
    for (const char* text : {"", "plain ASCII, longer than eight bytes",
                             "Gr\xC3\xBC\xC3\x9F"
                             "e",
                             "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xF4\x8F\xBF\xBF", "\xF0\x90\x80\x80"})
        EXPECT_TRUE(is_valid_utf8(text)) << text;
    EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, MalformedSequencesAreNot) {
    for (const char* text :
         {"\x80", "\xFF", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xC3(",
          "\xF0\x9F\x98", "\xE2\x28\xA1"})
        EXPECT_FALSE(is_valid_utf8(text));
}

TEST(Utf8, MistakeIsFoundAnywhere) {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string text(40, 'x');
        text[at] = '\xBF';
        EXPECT_FALSE(is_valid_utf8(text)) << at;
    }
}

TEST(Utf8, BytesThatAreNoTextAreReplacedAsBrowsersDo) {
    EXPECT_EQ(utf8_or_replacement("plain"), "plain");
    EXPECT_EQ(utf8_or_replacement(""), "");
    EXPECT_EQ(utf8_or_replacement("\xC3\xBC"), "\xC3\xBC");
    const std::string mark = "\xEF\xBF\xBD";
    EXPECT_EQ(utf8_or_replacement("a\xFF\xFE z"), "a" + mark + mark + " z");
    EXPECT_EQ(utf8_or_replacement("\xE2\x82"), mark) << "a beginning is one mistake";
    EXPECT_EQ(utf8_or_replacement("\xF0\x9F\x98x"), mark + "x");
    EXPECT_EQ(utf8_or_replacement("\xC0\xAF"), mark + mark);
    EXPECT_EQ(utf8_or_replacement("\xED\xA0\x80"), mark + mark + mark);
    // The table of the Unicode Standard, 3.9.6.
    EXPECT_EQ(utf8_or_replacement("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
              "a" + mark + mark + mark + "b" + mark + "c" + mark + mark + "d");
}

}  // namespace
}  // namespace sluice
