#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tests/expression/documented.hpp"
#include "tests/expression/javascript.hpp"

/// Holds the rows of semantics.txt against a real JavaScript engine. With `--fill`, lines of
/// standard input are expressions, and become rows.
int main(int count, char** arguments) {
    using sluice::expression::test::JavaScript;
    setenv("TZ", "UTC", 1);
    const std::string folder = SLUICE_EXPRESSION_TESTS;
    std::ifstream scope(folder + "/scope.json");
    JavaScript javascript;
    javascript.set_scope(std::string(std::istreambuf_iterator<char>(scope), {}));
    if (count > 1 && std::string(arguments[1]) == "--fill") {
        for (std::string line; std::getline(std::cin, line);) {
            if (line.empty() || line.starts_with('#')) {
                std::cout << line << '\n';
                continue;
            }
            const auto answer = javascript.evaluate(line);
            std::cout << line << (answer.thrown ? " THROWS " : " ==> ") << answer.text << '\n';
        }
        return 0;
    }
    std::ifstream rows(folder + "/semantics.txt");
    int checked = 0;
    int wrong = 0;
    for (std::string line; std::getline(rows, line);) {
        const auto place = line.rfind(" ==> ");
        if (line.starts_with('#') || place == std::string::npos) continue;
        ++checked;
        const auto answer = javascript.evaluate(line.substr(0, place));
        if (!answer.thrown && answer.text == line.substr(place + 5)) continue;
        ++wrong;
        std::cout << line << "\n  JavaScript " << answer.text << '\n';
    }
    const auto page = sluice::expression::test::read_documented();
    javascript.set_scope(page.scope);
    for (const auto& [expression, expected] : page.examples) {
        ++checked;
        const auto answer = javascript.evaluate(expression);
        const auto same = javascript.evaluate("JSON.stringify(" + expected +
                                              ") === JSON.stringify((" + expression + ") ?? null)");
        if (expected.starts_with("error: ") ? answer.thrown : same.text == "true") continue;
        ++wrong;
        std::cout << expression << " // " << expected << "\n  JavaScript " << answer.text << '\n';
    }
    std::cout << checked << " rows, " << wrong << " differ\n";
    return wrong == 0 && checked >= 1500 ? 0 : 1;
}
