// Damaged documents: never a crash, always a diagnostic with a place, and no diagnostic without a
// message.
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/definition/json_schema.hpp"

#include "tests/definition/catalogue.hpp"

namespace sluice::definition {
namespace {

std::vector<std::string> seeds() {
    std::vector<std::string> texts{
        "a: &x [1, *x, {b: *x}]\n? [c]\n: !!int 5\n<<: *x\n--- !foo\n'd': \"e\\u0041\\x41\"\n...\n",
        "%YAML 1.2\n%TAG ! tag:x,2000:\n---\n- |+2\n   x\n- >-\n  y\n- {a, b: , ? c}\n",
        R"({"name": "a", "nodes": [{"id": "x", "type": "core.set", "with": {"n": [1.5e3, -0, null, "\ud83d\ude00"]}}]})",
    };
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(SLUICE_SOURCE_ROOT) + "/examples/flows"))
        texts.push_back(read_source_file("examples/flows/" + entry.path().filename().string()));
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::string mutated(std::string text, const std::vector<std::string>& others,
                    std::mt19937& random) {
    constexpr std::string_view marks = "{}[]:,-?&*!|>'\"%@`#\t\n \\~<=0.$\xC3\xFF\x01";
    const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
    for (auto rounds = 1 + below(4); rounds > 0; --rounds) {
        const std::size_t at = below(text.size() + 1);
        switch (below(6)) {
            case 0:
                text.insert(at, 1, marks[below(marks.size())]);
                break;
            case 1:
                text.erase(at, 1 + below(8));
                break;
            case 2:
                if (at < text.size()) text[at] = static_cast<char>(random());
                break;
            case 3:
                text.insert(at, text.substr(below(text.size()), below(60)));
                break;
            case 4:
                text.resize(at);
                break;
            default: {
                const auto& other = others[below(others.size())];
                text.insert(at, other.substr(below(other.size()), below(80)));
            }
        }
    }
    return text;
}

TEST(DamagedDocuments, AreReadOrRefusedWithAPlace) {
    const auto texts = seeds();
    std::mt19937 random(20'260'101);
    std::size_t refused = 0;
    for (int round = 0; round < 4'000; ++round) {
        const std::string source = mutated(texts[random() % texts.size()], texts, random);
        const auto format = round % 3 == 0 ? SourceFormat::json : SourceFormat::yaml;
        const auto parse = parse_native(source, format, test_catalogue());
        for (const auto& one : parse.diagnostics) {
            ASSERT_FALSE(one.code.empty() || one.message.empty()) << source;
            ASSERT_TRUE(one.line > 0 && one.column > 0) << describe(parse.diagnostics) << source;
        }
        if (has_errors(parse.diagnostics))
            ++refused;
        else
            ASSERT_FALSE(parse.definition.graph.entries.empty()) << source;
    }
    EXPECT_GT(refused, 1'000u);
    EXPECT_LT(refused, 4'000u) << "some mutations must leave a valid flow";
}

TEST(DamagedDocuments, SchemasAreCompiledOrRefused) {
    const std::vector<std::string> texts{
        read_source_file("docs/flow.schema.json"),
        read_source_file("engine/definition/draft7.schema.json"),
        R"({"allOf": [{"$ref": "#/definitions/a"}], "definitions": {"a": {"items": [{"pattern": "^[a-z]+$"}], "additionalItems": {"$ref": "#"}}}})"};
    std::mt19937 random(7);
    const Value value = parse_document(texts[0], SourceFormat::json).value;
    std::size_t compiled = 0;
    for (int round = 0; round < 1'000; ++round) {
        const auto document = parse_document(mutated(texts[random() % texts.size()], texts, random),
                                             SourceFormat::yaml);
        if (auto schema = JsonSchema::compile(document.value)) {
            ++compiled;
            (void)schema->validate(value);
        }
    }
    EXPECT_GT(compiled, 10u);
}

}  // namespace
}  // namespace sluice::definition
