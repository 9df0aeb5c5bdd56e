#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/secrets/secrets.hpp"

#include "tests/secrets/encodings.hpp"

namespace sluice::testing {
namespace {

using Encoding = std::string (*)(std::string_view);

/// Those that a secret may have gone through, one after the other.
constexpr Encoding escapes[] = {
    [](std::string_view text) { return std::string(text); },
    [](std::string_view text) { return percent(text, false, true); },
    [](std::string_view text) { return percent(text, false, false); },
    [](std::string_view text) { return percent(text, true, true); },
    [](std::string_view text) { return percent(text, false, true, true); },
    [](std::string_view text) { return json(text); },
    [](std::string_view text) { return json_units(text); },
    [](std::string_view text) { return html(text); },
};
constexpr Encoding encodings[] = {
    [](std::string_view text) { return std::string(text); },
    [](std::string_view text) { return upper(text); },
    [](std::string_view text) { return lower(text); },
    [](std::string_view text) { return hexadecimal(text); },
    [](std::string_view text) { return hexadecimal(text, true); },
    [](std::string_view text) { return base64(text); },
    [](std::string_view text) { return base64(text, true); },
    [](std::string_view text) { return base64(text, true, false); },
};

template <std::size_t count>
Encoding any_of(const Encoding (&table)[count]) {
    return table[*rc::gen::inRange<std::size_t>(0, count)];
}

/// All that must not be left of a secret.
std::vector<std::string> traces_of(const std::string& value) {
    std::vector<std::string> traces;
    for (const auto& escape : escapes) traces.push_back(escape(value));
    for (const auto& encode : encodings) traces.push_back(encode(value));
    traces.push_back(base64(json(value)));
    // What base64 makes of it inside of something longer, without the digits at its edges.
    for (const bool url : {false, true})
        for (std::size_t skipped = 0; skipped < 3; ++skipped) {
            const auto whole = base64(std::string(skipped, 'x') + value, url, false);
            traces.push_back(whole.substr(skipped * 2, whole.size() - skipped * 2 - 1));
        }
    return traces;
}

const auto printable = rc::gen::inRange<char>(' ', '\x7F');

/// Nothing that would merge with what follows to an escape.
std::string prefix(std::string text) {
    while (!text.empty() && std::string_view("%\\&#;0123456789abcdefABCDEFxX").find(text.back()) !=
                                std::string_view::npos)
        text.pop_back();
    return text;
}

RC_GTEST_PROP(RedactionProperty, NothingIsLeftOfASecretThatWasEncoded, ()) {
    const auto size = *rc::gen::inRange<std::size_t>(8, 40);
    const auto value = *rc::gen::container<std::string>(size, printable);
    const auto secrets = Secrets::create({{"THE_SECRET", value}});
    RC_PRE(secrets.has_value());
    const Redaction redaction = (*secrets)->redaction();

    std::string text = value;
    // Escapes, one encoding that is none, then escapes again; each around some neighbours.
    for (auto layers = *rc::gen::inRange(0, 2); layers > 0; --layers) text = any_of(escapes)(text);
    const bool as_written = text == value;
    if (as_written || *rc::gen::arbitrary<bool>()) {
        const auto encode = any_of(encodings);
        const bool base = encode("???") == base64("???") || encode("???") == base64("???", true);
        const auto before = *rc::gen::container<std::string>(printable);
        const auto after = *rc::gen::container<std::string>(printable);
        text = encode(as_written && base ? before + text + after : text);
    }
    for (auto layers = *rc::gen::inRange(0, 3); layers > 0; --layers)
        text = any_of(escapes)(prefix(*rc::gen::container<std::string>(printable)) + text);
    text = prefix(*rc::gen::container<std::string>(printable)) + text +
           *rc::gen::container<std::string>(printable);

    const std::string before = text;
    (void)redaction.redact(text);
    for (const auto& trace : traces_of(value))
        if (trace.size() >= 8 && text.find(trace) != std::string::npos)
            RC_FAIL("left: " + trace + " in " + text + " of " + before);
}

RC_GTEST_PROP(RedactionProperty, WhatHoldsNoSecretStaysAsItIs, (const std::string& text)) {
    const auto secrets =
        Secrets::create({{"A", "correct horse battery staple"}, {"B", "0123-4567-89ab"}}).value();
    RC_ASSERT(!secrets->redaction().redacted(text));
}

}  // namespace
}  // namespace sluice::testing
