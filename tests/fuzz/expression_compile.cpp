// Any bytes as the text of an expression and of a template: compiled or refused, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/expression/template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sluice::expression;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<std::string> nodes{"fetch", "with-dash"};
    const auto compiled = Expression::compile(text, {nodes});
    if (!compiled && (compiled.error().code.empty() || compiled.error().offset > text.size()))
        __builtin_trap();
    (void)Template::compile(sluice::Value(text), {nodes});
    return 0;
}
