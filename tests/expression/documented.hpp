#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::expression::test {

/// The examples of docs/expressions.md: the scope that they see, and lines `EXPRESSION // VALUE`.
struct Documented {
    struct Example {
        std::string expression;
        std::string expected;  ///< JSON text, or `error: CODE`
    };
    std::string scope;
    std::vector<Example> examples;
};

inline Documented read_documented() {
    std::ifstream file(std::string(SLUICE_EXPRESSION_TESTS) + "/../../docs/expressions.md");
    Documented result;
    std::string block;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("```")) {
            block = block.empty() ? line.substr(3) : "";
        } else if (block == "json") {
            result.scope += line + "\n";
        } else if (block == "js") {
            const std::size_t place = line.rfind(" // ");
            if (place == std::string::npos) continue;
            std::string expression = line.substr(0, place);
            expression.erase(expression.find_last_not_of(' ') + 1);
            result.examples.push_back({expression, line.substr(place + 4)});
        }
    }
    return result;
}

}  // namespace sluice::expression::test
