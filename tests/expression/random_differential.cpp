#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include <boost/json/parse.hpp>

#include "engine/expression/expression.hpp"
#include "engine/model/json_text.hpp"

#include "tests/expression/generated.hpp"
#include "tests/expression/javascript.hpp"
#include "tests/expression/scope.hpp"

/// Random expressions by us and by a real JavaScript engine: we give the same value or refuse.
/// Arguments: how many, and the seed.
namespace {

using namespace sluice::expression;
using namespace sluice::expression::test;

/// What JSON text alone does not show: undefined, NaN and the sign of zero.
std::string watched(const std::string& expression) {
    return "JSON.stringify([" + expression +
           "\n].map(v => [v, typeof v, v === undefined, v !== v, Object.is(v, -0)]))";
}

}  // namespace

int main(int count, char** arguments) {
    setenv("TZ", "UTC", 1);
    const long wanted = count > 1 ? std::atol(arguments[1]) : 20'000;
    const long seed = count > 2 ? std::atol(arguments[2]) : 1;
    JavaScript javascript;
    long same = 0;
    long refused = 0;
    long both_refused = 0;
    long different = 0;
    std::map<std::string, std::pair<long, std::string>> reasons;
    Generator generator(static_cast<std::uint64_t>(seed));
    std::string scope_text;
    std::unique_ptr<ObjectScope> scope;
    for (long i = 0; i < wanted; ++i) {
        if (i % 50 == 0) {
            scope_text = generator.scope();
            scope = std::make_unique<ObjectScope>(boost::json::parse(scope_text));
            javascript.set_scope(scope_text);
        }
        const std::string expression = generator.expression();
        const std::string whole = watched(expression);
        const auto theirs = javascript.evaluate(whole);
        const auto compiled = Expression::compile(whole, scope->names());
        std::string reason;
        if (compiled) {
            const auto ours = compiled->evaluate(*scope, default_budget());
            if (ours) {
                const std::string text = sluice::to_json(*ours);
                if (!theirs.thrown && text == theirs.text) {
                    ++same;
                    continue;
                }
                ++different;
                if (different <= 40) {
                    std::cout << expression << "\n  in   " << scope_text << "\n  ours " << text
                              << "\n  theirs " << theirs.text << '\n';
                }
                continue;
            }
            reason = ours.error().code + ": " +
                     ours.error().message.substr(0, ours.error().message.find(" at `"));
        } else {
            reason = compiled.error().code + ": " + compiled.error().message;
        }
        if (theirs.thrown) {
            ++both_refused;
            continue;
        }
        ++refused;
        auto& [times, example] = reasons[reason];
        if (++times == 1) example = expression;
    }
    if (std::getenv("SLUICE_SHOW_REFUSALS") != nullptr) {
        for (const auto& [reason, entry] : reasons)
            std::cout << entry.first << "  " << reason << "\n      " << entry.second.substr(0, 200)
                      << '\n';
    }
    std::cout << wanted << " expressions of seed " << seed << ": " << same << " the same, "
              << both_refused << " fail in both, " << refused << " refused, " << different
              << " different\n";
    return different == 0 && same > wanted / 4 ? 0 : 1;
}
