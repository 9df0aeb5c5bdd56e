#include "engine/nodes/code_scope.hpp"

#include <gtest/gtest.h>

#include "engine/model/json_text.hpp"

namespace sluice::testing {
namespace {

std::string scope(std::string_view code, std::string_view input = "null") {
    const std::vector<std::string> nodes{"a", "b-c", "d"};
    return to_json(nodes::code_scope(code, parse_json(input).value(), nodes));
}

TEST(CodeScope, HasWhatTheCodeMentions) {
    EXPECT_EQ(scope("return 1"), "{}");
    EXPECT_EQ(scope("return input.x + trigger.y"),
              R"({"input":"${input}","trigger":"${trigger}"})");
    EXPECT_EQ(scope("inputs; my_input; $input; flow_"), "{}");
    EXPECT_EQ(scope("// the flow"), R"({"flow":"${flow}"})");
}

TEST(CodeScope, HasTheNodesThatTheCodeNames) {
    EXPECT_EQ(scope("nodes.a.x"), R"({"nodes":{"a":"${nodes[\"a\"]}"}})");
    EXPECT_EQ(scope("nodes?.d; nodes['b-c']"),
              R"({"nodes":{"b-c":"${nodes[\"b-c\"]}","d":"${nodes[\"d\"]}"}})");
    EXPECT_EQ(scope("nodes.unknown"), R"({"nodes":{}})");
}

TEST(CodeScope, HasAllNodesWhenInDoubt) {
    const std::string all =
        R"({"nodes":{"a":"${nodes[\"a\"]}","b-c":"${nodes[\"b-c\"]}","d":"${nodes[\"d\"]}"}})";
    for (const char* code : {"Object.keys(nodes)", "const {a} = nodes", "nodes[x]", "nodes /**/ .a",
                             "nodes\n.a", "nodes['a' + x]", "nodes?.[x]", "[...nodes]"})
        EXPECT_EQ(scope(code), all) << code;
    EXPECT_NE(scope("n\\u006fdes.a").find("\"d\""), std::string::npos);
}

TEST(CodeScope, HasTheSecretsThatTheCodeNames) {
    EXPECT_EQ(scope("secrets.A; secrets['B']; secrets?.C"),
              R"({"secrets":{"A":"${secrets[\"A\"]}","B":"${secrets[\"B\"]}",)"
              R"("C":"${secrets[\"C\"]}"}})");
    EXPECT_EQ(scope("const {A, B: b = 1,\n C, ...rest} = secrets"),
              R"({"secrets":{"A":"${secrets[\"A\"]}","B":"${secrets[\"B\"]}",)"
              R"("C":"${secrets[\"C\"]}"}})");
    for (const char* code : {"secrets", "secrets[name]", "f(secrets)", "my_secrets.A", "= secrets",
                             "\\u0041; x.secrets"})
        EXPECT_EQ(scope(code).find("\"secrets\""), std::string::npos) << code;
    EXPECT_EQ(scope("secrets['a\"b']"), "{}");
}

TEST(CodeScope, TakesAnInputOfItsOwn) {
    EXPECT_EQ(scope("input.x", R"({"x":"${nodes.a}"})"), R"({"input":{"x":"${nodes.a}"}})");
    EXPECT_EQ(scope("1", R"({"x":1})"), "{}");
}

TEST(CodeScope, KeepsCodeAsItStands) {
    EXPECT_EQ(nodes::verbatim("`${x} $${y} $`"), "`$${x} $$${y} $`");
    EXPECT_EQ(nodes::verbatim("a"), "a");
}

}  // namespace
}  // namespace sluice::testing
