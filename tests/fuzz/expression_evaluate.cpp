// Any text that compiles, evaluated under a small budget: a value or an error, never a crash or a
// hang; and the same again. Text that does not compile is wrapped, so that more of it does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/expression/trial.hpp"
#include "engine/model/json_text.hpp"

namespace {

const sluice::expression::ObjectScope& scope() {
    static const sluice::expression::ObjectScope instance(
        *sluice::parse_json(
            R"({"input":{"a":[3,1,2,null,"x"],"b":"Grüße 😀 a1b2","c":{"2":1,"k":[{"id":1}]},"d":1.5},
            "nodes":{"fetch":{"body":{"total":1}}},"item":{"id":1},"index":2})"),
        sluice::WallTime());
    return instance;
}

std::string evaluate(std::string_view text) {
    using namespace sluice::expression;
    const auto compiled = Expression::compile(text, scope().names());
    if (!compiled) return {};
    const auto value = compiled->evaluate(scope(), {20'000, 1u << 20});
    return value ? "=" + sluice::to_json(*value) : value.error().code;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::string source = text;
    if (evaluate(source).empty()) source = "input.a.map(x => " + text + ")";
    if (evaluate(source).empty()) source = "input.b.replace(/" + text + "/g, '$1')";
    if (evaluate(source) != evaluate(source)) std::abort();
    return 0;
}
