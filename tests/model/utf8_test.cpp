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

}  // namespace
}  // namespace sluice
