// What expressions cost, beside SpiderMonkey in the same process with JSON text going in and out.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/expression/trial.hpp"
#include "engine/model/json_text.hpp"

#include "tests/expression/javascript.hpp"

namespace {

using namespace sluice;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 7;

struct Workload {
    const char* expression;
    const char* target;
};

constexpr Workload workloads[] = {
    {"input.a.b[0].c", "under 50 ns"},
    {"nodes.x.body.total > 100 && input.tier == \"gold\"", "under 200 ns"},
    {"input.items.filter(i => i.price > 10).map(i => i.name).join(\",\")",
     "at least as fast as SpiderMonkey"},
    {"`order ${input.id} of ${input.name}`", ""},
    {"input.items.map(({price, count}) => price * count).reduce((a, b) => a + b, 0).toFixed(2)",
     ""},
    {"input.name.replace(/[aeiou]/g, c => c.toUpperCase())", ""},
    {"JSON.stringify(input.items)", ""},
};

std::string scope_text() {
    std::string items;
    for (int i = 0; i < 20; ++i) {
        items += std::string(i == 0 ? "" : ",") + R"({"name":"item )" + std::to_string(i) +
                 R"(","price":)" + std::to_string(i) + R"(.5,"count":)" + std::to_string(i % 4) +
                 "}";
    }
    return R"({"input":{"a":{"b":[{"c":7}]},"tier":"gold","id":42,"name":"Ada Lovelace","items":[)" +
           items + R"(]},"nodes":{"x":{"status":200,"body":{"total":150}}}})";
}

/// Nanoseconds of one call: the best of some rounds.
template <typename Call>
double nanoseconds(Call&& call) {
    double best = 1e18;
    int count = 1;
    for (int round = 0; round < rounds;) {
        const auto begin = Clock::now();
        for (int i = 0; i < count; ++i) call();
        const double took = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
        if (took < 2e7) {
            count *= 4;
            continue;
        }
        best = std::min(best, took / count);
        ++round;
    }
    return best;
}

}  // namespace

int main() {
    const std::string text = scope_text();
    const expression::ObjectScope scope(*parse_json(text), WallTime());
    const expression::Budget budget = expression::Budget::from(Limits{});
    expression::test::JavaScript javascript;
    std::printf("%10s %10s %14s %8s  %s\n", "value", "condition", "SpiderMonkey", "ratio",
                "expression (target)");
    for (const Workload& workload : workloads) {
        const auto compiled = expression::Expression::compile(workload.expression, scope.names());
        if (!compiled || !compiled->evaluate(scope, budget)) {
            std::fprintf(stderr, "%s does not work\n", workload.expression);
            return 1;
        }
        volatile bool sink = false;
        const double value =
            nanoseconds([&] { sink = compiled->evaluate(scope, budget).has_value(); });
        const double condition =
            nanoseconds([&] { sink = compiled->test(scope, budget).has_value(); });
        javascript.define(workload.expression);
        const double other = nanoseconds([&] { sink = javascript.call(text).empty(); });
        std::printf("%7.0f ns %7.0f ns %11.0f ns %7.1fx  %s%s%s%s\n", value, condition, other,
                    other / value, workload.expression, *workload.target == '\0' ? "" : "  (",
                    workload.target, *workload.target == '\0' ? "" : ")");
    }
    return 0;
}
