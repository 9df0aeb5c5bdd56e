#include "engine/model/artifact.hpp"

#include <gtest/gtest.h>

#include "engine/model/json_text.hpp"
#include "engine/model/sha256.hpp"

namespace sluice {
namespace {

std::string sha256(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish().to_string();
}

TEST(Sha256, GivesTheVectorsOfTheStandard) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotCareForThePieces) {
    const std::string text(300, 'x');
    for (std::size_t size = 1; size <= 130; ++size) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += size)
            hash.update(std::string_view(text).substr(at, size));
        EXPECT_EQ(hash.finish().to_string(), sha256(text)) << size;
    }
}

TEST(ContentHash, IsReadInEitherCaseAndNothingElse) {
    const auto hash = sha256("abc");
    ASSERT_TRUE(ContentHash::parse(hash));
    EXPECT_EQ(ContentHash::parse(hash)->to_string(), hash);
    std::string upper = hash;
    for (auto& digit : upper)
        if (digit >= 'a') digit = static_cast<char>(digit - 32);
    EXPECT_EQ(ContentHash::parse(upper), ContentHash::parse(hash));
    EXPECT_FALSE(ContentHash::parse(hash.substr(1)));
    EXPECT_FALSE(ContentHash::parse(hash + "0"));
    EXPECT_FALSE(ContentHash::parse("g" + hash.substr(1)));
    EXPECT_FALSE(ContentHash::parse(""));
}

TEST(JsonPieces, AreTheTextInWholePieces) {
    const auto value = parse_json(
        R"({"a":[],"b":{},"c":[1,-2.5,true,null,"\u0001\"\\é€"],"d":{"e":[[{"f":""}]]},"long":")" +
        std::string(50'000, 'q') + R"("})");
    ASSERT_TRUE(value);
    const auto whole = to_json(*value);
    for (const std::size_t size : {1u, 7u, 100u, 4'096u, 1'000'000u}) {
        std::string text;
        std::size_t short_ones = 0;
        write_json(*value, size, [&](std::string_view piece) {
            text += piece;
            EXPECT_LE(piece.size(), size);
            short_ones += piece.size() < size;
        });
        EXPECT_EQ(text, whole);
        EXPECT_LE(short_ones, 1u) << "only the last one";
    }
}

TEST(JsonReader, ReadsWhatComesInPieces) {
    const std::string text =
        R"({"n":12345.678901234567,"i":-42,"t":"aé€😀\n","l":[true,false,null,{}]})";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        JsonReader reader;
        for (std::size_t at = 0; at < text.size(); at += size)
            EXPECT_TRUE(reader.take(std::string_view(text).substr(at, size)));
        const auto value = reader.end();
        ASSERT_TRUE(value) << size;
        EXPECT_EQ(*value, *parse_json(text)) << size;
    }
    JsonReader number;
    EXPECT_TRUE(number.take("12"));
    EXPECT_TRUE(number.take("34"));
    EXPECT_EQ(*number.end(), Value(1234));
}

TEST(JsonReader, RefusesWhatIsNoJson) {
    for (const char* text : {"", "[1,", "{\"a\":1}x", "nul", "\"\xff\""}) {
        JsonReader reader;
        (void)reader.take(text);
        EXPECT_FALSE(reader.end()) << text;
    }
    JsonReader shallow(2);
    (void)shallow.take("[[[1]]]");
    EXPECT_EQ(shallow.end().error().code, "json_too_deep");
}

}  // namespace
}  // namespace sluice
