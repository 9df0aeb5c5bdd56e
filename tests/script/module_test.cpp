// What code nodes of a flow share, and parsing without running.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Modules : public PoolLoop {
  public:
    std::unique_ptr<Running<Value>> run_with(CodeModules shared, std::string code) {
        auto asked = request(std::move(code));
        asked.modules = modules(std::move(shared));
        return run(std::move(asked));
    }
};

constexpr auto javascript = CodeLanguage::javascript;

TEST_F(Modules, AreSeenByTheCodeAndByThoseAfterThem) {
    const auto running = run_with(
        {{javascript, "rates", "const rate = 0.5\nclass Money { constructor(n) { this.n = n } }"},
         {CodeLanguage::python, "other", "no JavaScript"},
         {javascript, "prices", "function vat(price) { return new Money(price * rate) }"}},
        "const rate2 = rate * 2; return [vat(100), rate2]");
    ASSERT_TRUE(running->succeeded()) << running->error().message;
    EXPECT_EQ(to_json(running->value()), R"([{"n":50},1])");
}

TEST_F(Modules, LeaveNothingForTheNextRun) {
    EXPECT_TRUE(run_with({{javascript, "m", "let count = 0; function next() { return ++count }"}},
                         "return next()")
                    ->succeeded());
    EXPECT_EQ(result("return typeof next"), "\"undefined\"");
    EXPECT_EQ(pool.counters().started, 1U);
}

TEST_F(Modules, AreNamedByErrorsInThem) {
    const auto thrown =
        run_with({{javascript, "prices", "\nfunction vat(p) { return p.a.b }"}}, "return vat({})");
    EXPECT_EQ(thrown->error().code, "script_error");
    EXPECT_THAT(thrown->error().message, HasSubstr("of the module prices)"));
    EXPECT_EQ(thrown->error().details.at("module"), "prices");
    EXPECT_EQ(thrown->error().details.at("line"), 2);
    EXPECT_THAT(to_json(thrown->error().details.at("stack")), HasSubstr("vat (prices:2:"));
    const auto broken = run_with({{javascript, "prices", "function ("}}, "return 1");
    EXPECT_EQ(broken->error().code, "script_syntax");
    EXPECT_EQ(broken->error().details.at("module"), "prices");
    const auto twice =
        run_with({{javascript, "a", "const x = 1"}, {javascript, "b", "const x = 2"}}, "return x");
    EXPECT_THAT(twice->error().message, HasSubstr("redeclaration of const x"));
}

TEST_F(Modules, CannotTurnTextIntoCode) {
    EXPECT_EQ(
        run_with({{javascript, "m", "const f = () => eval('1')"}}, "return f()")->error().code,
        "script_error");
}

TEST_F(Modules, AreParsedWithoutRunning) {
    EXPECT_THAT(check({{"return await 1", ""}, {"for (;;);", ""}, {"for (;;);", "m"}}), IsEmpty());
    EXPECT_THAT(check({{"return 1", ""}, {"let a\nlet a", ""}, {"\nreturn 1", "m"}}),
                ElementsAre(HasSubstr("1 2:5 SyntaxError: redeclaration of let a"),
                            HasSubstr("2 2:1 SyntaxError: return not in function")));
    EXPECT_EQ(result("return 1"), "1");
    EXPECT_EQ(pool.counters().started, 1U);
}

}  // namespace
}  // namespace sluice::testing
