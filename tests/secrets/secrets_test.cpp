#include "engine/secrets/secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

std::string refusal(const std::map<std::string, std::string>& values) {
    const auto secrets = Secrets::create(values);
    if (secrets) return "accepted";
    const Error error = secrets.error();
    for (const auto& [name, value] : values)
        if (value.size() > 3 && error.code != "secret_in_mark")
            EXPECT_EQ(error.message.find(value), std::string::npos);
    return error.code;
}

TEST(Secrets, AreFoundByName) {
    const auto secrets = Secrets::create({{"TOKEN", "abcd1234"}, {"_other9", "efgh5678"}}).value();
    EXPECT_EQ(*secrets->find("TOKEN"), Value("abcd1234"));
    EXPECT_EQ(secrets->find("token"), nullptr);
    EXPECT_EQ(secrets->find(""), nullptr);
    EXPECT_THAT(secrets->names(), ::testing::ElementsAre("TOKEN", "_other9"));
}

TEST(Secrets, RefuseWhatCouldNotBeRedactedSafely) {
    EXPECT_EQ(refusal({{"A", "abcd123"}}), "secret_too_short");
    EXPECT_EQ(refusal({{"A", ""}}), "secret_too_short");
    EXPECT_EQ(refusal({{"A", "abcd1234"}}), "accepted");
    EXPECT_EQ(refusal({{"A", "aaaaabbbbbaaaccc"}}), "secret_too_simple");
    EXPECT_EQ(refusal({{"A", "redacted"}}), "secret_in_mark");
    EXPECT_EQ(refusal({{"CRM_TOKEN", "abcd1234"}, {"B", "crm_token"}}), "secret_in_mark");
}

TEST(Secrets, RefuseWhatIsOverTheLimits) {
    std::string large;
    while (large.size() < 4'096) large += "abcd1234";
    EXPECT_EQ(refusal({{"A", large}}), "accepted");
    EXPECT_EQ(refusal({{"A", large + "x"}}), "secret_too_long");
    std::map<std::string, std::string> many;
    for (int i = 0; i < 17; ++i) many["A" + std::to_string(i)] = large;
    EXPECT_EQ(refusal(many), "secrets_too_large");
    many.clear();
    for (int i = 0; i < 1'001; ++i) many["A" + std::to_string(i)] = "abcd1234";
    EXPECT_EQ(refusal(many), "too_many_secrets");
}

TEST(Secrets, RefuseNamesThatExpressionsCannotWrite) {
    for (const char* name : {"", "1A", "A-B", "A B", "\xC3\x84"})
        EXPECT_EQ(refusal({{name, "abcd1234"}}), "invalid_secret_name") << name;
    EXPECT_EQ(refusal({{std::string(65, 'A'), "abcd1234"}}), "invalid_secret_name");
    EXPECT_EQ(refusal({{"A",
                        "abcd\xFF"
                        "1234"}}),
              "secret_not_text");
    EXPECT_EQ(refusal({{"A", std::string("abcd\0001234", 9)}}), "secret_not_text");
}

}  // namespace
}  // namespace sluice::testing
