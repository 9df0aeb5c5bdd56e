#include "engine/expression/json_text.hpp"

#include <cmath>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"

namespace sluice::expression {

namespace {

void add_quoted(TextBuilder& out, std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    out.add("\"");
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out.add(text.substr(plain, i - plain));
        plain = i + 1;
        switch (byte) {
            case '"':
                out.add("\\\"");
                break;
            case '\\':
                out.add("\\\\");
                break;
            case '\b':
                out.add("\\b");
                break;
            case '\t':
                out.add("\\t");
                break;
            case '\n':
                out.add("\\n");
                break;
            case '\f':
                out.add("\\f");
                break;
            case '\r':
                out.add("\\r");
                break;
            default: {
                const char escape[] = {
                    '\\', 'u', '0', '0', hexadecimal[byte >> 4], hexadecimal[byte & 15]};
                out.add({escape, sizeof escape});
            }
        }
    }
    out.add(text.substr(plain));
    out.add("\"");
}

void add_json(Evaluation& evaluation, TextBuilder& out, Operand operand) {
    if (!evaluation.spend(1)) return;
    switch (operand.kind()) {
        case Kind::number:
            if (!std::isfinite(operand.as_number())) return out.add("null");
            [[fallthrough]];
        case Kind::boolean:
        case Kind::exact: {
            NumberBuffer buffer;
            return out.add(to_text(evaluation, operand, buffer));
        }
        case Kind::string:
            evaluation.scan(operand.as_text().size());
            return add_quoted(out, operand.as_text());
        case Kind::array:
        case Kind::list: {
            const Elements elements(operand);
            out.add("[");
            for (std::size_t i = 0; i < elements.size() && !evaluation.failed(); ++i) {
                if (i != 0) out.add(",");
                add_json(evaluation, out, elements[i]);
            }
            return out.add("]");
        }
        case Kind::object:
        case Kind::record: {
            bool first = true;
            out.add("{");
            for_each_field(evaluation, operand, [&](std::string_view name, Operand value) {
                if (value.is_undefined()) return;
                if (!first) out.add(",");
                first = false;
                add_quoted(out, name);
                out.add(":");
                add_json(evaluation, out, value);
            });
            return out.add("}");
        }
        default:
            return out.add("null");
    }
}

}  // namespace

Operand json_text(Evaluation& evaluation, Operand operand) {
    if (operand.is_undefined() || operand.is(Kind::function)) return {};
    TextBuilder out(evaluation);
    add_json(evaluation, out, operand);
    return out.finish();
}

}  // namespace sluice::expression
