// The examples, the language's page and the schema for editors agree with the parser.
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "engine/definition/json_schema.hpp"
#include "engine/definition/language_schema.hpp"
#include "engine/expression/template.hpp"

#include "tests/definition/catalogue.hpp"

namespace sluice::definition {
namespace {

const JsonSchema& language() {
    static const JsonSchema schema =
        JsonSchema::compile(boost::json::parse(boost::json::string_view(language_schema().data(),
                                                                        language_schema().size())))
            .value();
    return schema;
}

std::string violations(const Value& value) {
    std::string text;
    for (const auto& one : language().validate(value))
        text += one.pointer + ' ' + one.message + " (" + one.schema_pointer + ")\n";
    return text;
}

std::string violations(std::string_view source) {
    return violations(parse_document(source, SourceFormat::yaml).value);
}

/// The problems of every expression of a flow.
std::string expression_problems(const FlowDefinition& flow) {
    std::vector<std::string> ids;
    for (const Node& node : flow.graph.nodes) ids.push_back(node.id);
    const expression::Names names{ids};
    std::string text;
    const auto compile = [&](const Value& source, const std::string& place) {
        const auto compiled = expression::Template::compile(source, names);
        if (compiled) return;
        const auto problems = compiled.error();
        for (const auto& one : problems) text += place + one.path + ": " + one.message + '\n';
    };
    for (const Node& node : flow.graph.nodes) {
        compile(node.with, node.id);
        if (node.when) compile(*node.when, node.id);
    }
    if (flow.output) compile(*flow.output, "output");
    return text;
}

struct Block {
    std::string
        kind;  ///< what stands behind the fence: `yaml`, `yaml error=CODE`, `yaml node`, `json`
    std::string text;
    std::size_t line = 0;
};

std::vector<Block> blocks(const std::string& page) {
    std::vector<Block> found;
    std::istringstream lines(page);
    std::string line;
    bool inside = false;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) found.push_back({line.substr(3), "", number});
        } else if (inside) {
            found.back().text += line + '\n';
        }
    }
    return found;
}

TEST(Examples, AreFlowsThatTheSchemaForEditorsAccepts) {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(SLUICE_SOURCE_ROOT) + "/examples/flows")) {
        const std::string name = "examples/flows/" + entry.path().filename().string();
        if (name.find(".test.") != std::string::npos) continue;  // a test of a flow
        const std::string source = read_source_file(name);
        const auto parse = parse_yaml(source);
        EXPECT_TRUE(parse.diagnostics.empty()) << name << '\n' << describe(parse.diagnostics);
        EXPECT_EQ(violations(source), "") << name;
        EXPECT_EQ(expression_problems(parse.definition), "") << name;
        EXPECT_EQ(parse.definition.name + ".yaml", entry.path().filename().string());
        ++count;
    }
    EXPECT_GE(count, 4u);
}

TEST(Examples, DataFitsTheInputsOfTheirFlows) {
    const auto fits = [](const std::string& flow, const std::string& data) {
        const auto inputs =
            parse_yaml(read_source_file("examples/flows/" + flow + ".yaml")).definition.inputs;
        return JsonSchema::compile(inputs).value().validate(
            boost::json::parse(read_source_file("examples/data/" + data + ".json")));
    };
    EXPECT_TRUE(fits("hello", "hello").empty());
    for (const char* data : {"order-small", "order-big", "order-unknown-customer"})
        EXPECT_TRUE(fits("order-intake", data).empty()) << data;
    EXPECT_EQ(fits("order-intake", "order-invalid").size(), 4u);
    EXPECT_TRUE(fits("host-report", "mounts").empty());
    EXPECT_TRUE(fits("ticket-machine", "ticket").empty());
    EXPECT_TRUE(fits("ticket-machine", "ticket-nobody").empty());
}

TEST(LanguagePage, ItsBlocksAreWhatTheySay) {
    std::size_t flows = 0;
    std::size_t errors = 0;
    for (const auto& block : blocks(read_source_file("docs/flow-language.md"))) {
        const std::string place = "docs/flow-language.md:" + std::to_string(block.line);
        if (block.kind == "json") {
            const auto parse = parse_native(block.text, SourceFormat::json, test_catalogue());
            EXPECT_TRUE(parse.diagnostics.empty()) << place << '\n' << describe(parse.diagnostics);
        } else if (block.kind.starts_with("yaml error=")) {
            const auto parse = parse_yaml(block.text);
            ASSERT_EQ(parse.diagnostics.size(), 1u) << place << '\n' << describe(parse.diagnostics);
            EXPECT_EQ(parse.diagnostics.front().code, block.kind.substr(11)) << place;
            ++errors;
        } else if (block.kind == "yaml" || block.kind == "yaml node") {
            std::string source = block.text;
            if (block.kind == "yaml node") {
                source = "name: page\nnodes:\n";
                std::istringstream lines(block.text);
                for (std::string line; std::getline(lines, line);) source += "  " + line + '\n';
            }
            const auto parse = parse_yaml(source);
            EXPECT_TRUE(parse.diagnostics.empty()) << place << '\n' << describe(parse.diagnostics);
            EXPECT_EQ(violations(source), "") << place;
            EXPECT_EQ(expression_problems(parse.definition), "") << place;
            ++flows;
        } else {
            ADD_FAILURE() << place << ": what is a block of `" << block.kind << "`?";
        }
    }
    EXPECT_GE(flows, 6u);
    EXPECT_GE(errors, 4u);
}

TEST(SchemaForEditors, FailsWrongFlows) {
    const std::string nodes = "nodes: [{id: x, type: core.set}]\n";
    const std::vector<std::string> wrong{
        "[]",
        "name: a\n",
        nodes,
        "name: A\n" + nodes,
        "name: a\nnodes: []\n",
        "name: a\nnodes: {}\n",
        "name: a\nnodes: [{type: core.set}]\n",
        "name: a\nnodes: {x: {id: x, type: core.set}}\n",
        "name: a\nnodes: {2x: {type: core.set}}\n",
        "name: a\nnodes: {x: {}}\n",
        "name: a\nnodes: {x: {type: core.set, nxt: y}}\n",
        "name: a\nnodes: {x: {type: core.set, with: 5}}\n",
        "name: a\nnodes: {x: {type: core.set, next: 5}}\n",
        "name: a\nnodes: {x: {type: core.set, next: {true: {y: z}}}}\n",
        "name: a\nnodes: {x: {type: core.set, needs: {y: 5}}}\n",
        "name: a\nnodes: {x: {type: core.set, join: some}}\n",
        "name: a\nnodes: {x: {type: core.set, when: input.x}}\n",
        "name: a\nnodes: {x: {type: core.set, timeout: 5}}\n",
        "name: a\nnodes: {x: {type: core.set, timeout: 1m1h}}\n",
        "name: a\nnodes: {x: {type: core.set, timeout: ''}}\n",
        "name: a\nnodes: {x: {type: core.set, retry: {}}}\n",
        "name: a\nnodes: {x: {type: core.set, retry: {attempts: 0}}}\n",
        "name: a\nnodes: {x: {type: core.set, retry: {attempts: 2, jitter: 2}}}\n",
        "name: a\nstart: 5\n" + nodes,
        "name: a\nlabels: {a: 1}\n" + nodes,
        "name: a\ninputs: text\n" + nodes,
        "name: a\ntriggers: {h: {type: schedule}}\n" + nodes,
        "name: a\ntriggers: {h: {type: webhook}}\n" + nodes,
        "name: a\ntriggers: {h: {type: manual, key: k}}\n" + nodes,
        "name: a\ntriggers: {h: {type: webhook, key: a/b}}\n" + nodes,
        "name: a\nsettings: {durability: steps}\n" + nodes,
        "name: a\nsettings: {max_steps: 0}\n" + nodes,
        "name: a\nsettings: {speed: 1}\n" + nodes,
        "name: a\nversion: 1\n" + nodes,
    };
    EXPECT_EQ(violations("name: a\n" + nodes), "");
    for (const auto& source : wrong) {
        EXPECT_NE(violations(source), "") << source;
        EXPECT_TRUE(has_errors(parse_yaml(source).diagnostics))
            << "the parser must agree: " << source;
    }
}

TEST(SchemaForEditors, ItsOwnExamplesFit) {
    const Value schema = boost::json::parse(
        boost::json::string_view(language_schema().data(), language_schema().size()));
    std::size_t count = 0;
    const auto check = [&](const auto& self, const Value& value) -> void {
        if (const Array* items = value.if_array())
            for (const Value& item : *items) self(self, item);
        const Object* object = value.if_object();
        if (object == nullptr) return;
        if (const Value* examples = object->if_contains("examples");
            examples != nullptr && examples->is_array()) {
            Object part = *object;
            part["definitions"] = schema.at("definitions");
            // Beside `$ref` nothing else counts in draft 7.
            const auto compiled = JsonSchema::compile(part).value();
            for (const Value& example : examples->get_array()) {
                EXPECT_TRUE(compiled.accepts(example)) << boost::json::serialize(example);
                ++count;
            }
        }
        for (const auto& member : *object) self(self, member.value());
    };
    check(check, schema);
    EXPECT_GE(count, 15u);
}

}  // namespace
}  // namespace sluice::definition
