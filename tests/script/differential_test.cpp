// The rows of the expressions' differential table, run by the host of code.javascript: the same
// values. What this version of SpiderMonkey lacks of them is given to the code as a module.
#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {
namespace {

std::string read(const std::string& name) {
    std::ifstream file(std::string(SLUICE_EXPRESSION_TESTS) + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The same values; numbers by what they are worth, however they are written.
bool same(const Value& left, const Value& right) {
    if (left.is_number() && right.is_number())
        return left.to_number<double>() == right.to_number<double>();
    if (left.is_array() && right.is_array())
        return std::ranges::equal(left.get_array(), right.get_array(), same);
    if (left.is_object() && right.is_object())
        return std::ranges::equal(
            left.get_object(), right.get_object(), [](const auto& one, const auto& other) {
                return one.key() == other.key() && same(one.value(), other.value());
            });
    return left == right;
}

class Differential : public PoolLoop {
  public:
    /// Runs the rows' expressions at once and compares each.
    void compare(const std::vector<std::string>& rows) {
        std::string code = "return [";
        for (const auto& row : rows) code += "(" + row.substr(0, row.rfind(" ==> ")) + "\n),";
        auto asked = request(code + "]", scope);
        asked.now = WallTime(1'700'000'000'123ms);
        asked.modules = prelude;
        const auto running = run(std::move(asked));
        ASSERT_TRUE(running->succeeded()) << running->error().message << "\n" << code;
        for (std::size_t at = 0; at < rows.size(); ++at) {
            const auto expected = parse_json(rows[at].substr(rows[at].rfind(" ==> ") + 5));
            ASSERT_TRUE(expected) << rows[at];
            const Value& answer = running->value().at(at);
            EXPECT_TRUE(same(answer, *expected)) << rows[at] << "\n" << to_json(answer);
        }
    }

    const Value scope = *parse_json(read("scope.json"));
    const std::shared_ptr<const CodeModules> prelude =
        modules({{CodeLanguage::javascript, "prelude", read("javascript_prelude.js")}});
};

TEST_F(Differential, AnswersAsExpressionsDo) {
    constexpr std::size_t at_once = 25;
    std::ifstream lines(std::string(SLUICE_EXPRESSION_TESTS) + "/semantics.txt");
    std::size_t checked = 0;
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#') || line.find(" ==> ") == std::string::npos) continue;
        ++checked;
        rows.push_back(line);
        if (rows.size() < at_once) continue;
        compare(rows);
        rows.clear();
    }
    compare(rows);
    EXPECT_GE(checked, 1'500U);
    EXPECT_EQ(pool.counters().started, 1U);
}

}  // namespace
}  // namespace sluice::testing
