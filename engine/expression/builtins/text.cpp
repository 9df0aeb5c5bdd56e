#include <array>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/json_text.hpp"
#include "engine/expression/scope.hpp"

/// JSON, Date and the encoding of addresses (ECMA-262, 19.2.6, 21.4.3, 25.5).
namespace sluice::expression {

namespace {

Operand stringify(Evaluation& evaluation, Arguments arguments) {
    return json_text(evaluation, argument(arguments, 0));
}

Operand parse(Evaluation& evaluation, Arguments arguments) {
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    return evaluation.failed() ? Operand() : parse_json(evaluation, text);
}

Operand now(Evaluation& evaluation, Arguments) {
    return Operand::number(
        static_cast<double>(evaluation.scope().now().time_since_epoch().count()));
}

bool stays(char character) {
    constexpr std::string_view marks = "-_.!~*'()";
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z') ||
           marks.find(character) != std::string_view::npos;
}

Operand encode_uri_component(Evaluation& evaluation, Arguments arguments) {
    constexpr std::string_view hexadecimal = "0123456789ABCDEF";
    const std::string_view text = to_text(evaluation, argument(arguments, 0));
    evaluation.scan(text.size());
    std::size_t size = 0;
    for (const char character : text) size += stays(character) ? 1 : 3;
    if (size == text.size()) return Operand::text(text);
    char* const memory = evaluation.text_memory(size);
    if (memory == nullptr) return {};
    char* out = memory;
    for (const char character : text) {
        if (stays(character)) {
            *out++ = character;
            continue;
        }
        const auto byte = static_cast<unsigned char>(character);
        *out++ = '%';
        *out++ = hexadecimal[byte >> 4];
        *out++ = hexadecimal[byte & 15];
    }
    return Operand::text({memory, size});
}

constexpr std::array table{
    Function{"JSON.stringify", stringify, 1},
    Function{"JSON.parse", parse, 1},
    Function{"Date.now", now},
    Function{"encodeURIComponent", encode_uri_component},
};

}  // namespace

std::span<const Function> text_functions() {
    return table;
}

}  // namespace sluice::expression
