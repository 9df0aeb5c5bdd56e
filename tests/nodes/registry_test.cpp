#include "engine/nodes/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/definition/json_schema.hpp"

#include "tests/nodes/pure_node.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;

NodeType pure_type(std::string id) {
    NodeType type;
    type.id = std::move(id);
    type.pure = [](PureContext&) -> NodeOutcome { return NodeResult{}; };
    return type;
}

TEST(NodeRegistry, HasTheBuiltInsInOrder) {
    std::vector<std::string> ids;
    for (const auto& type : NodeRegistry::with_built_ins().all()) ids.push_back(type->id);
    EXPECT_THAT(
        ids, ElementsAre("code.javascript", "code.python", "core.fail", "core.log", "core.set",
                         "crypto.hash", "crypto.hmac", "csv.format", "csv.parse", "data.aggregate",
                         "data.filter", "data.flatten", "data.group", "data.join", "data.lookup",
                         "data.map", "data.merge", "data.pick", "data.rename", "data.sort",
                         "data.split", "data.unique", "flow.approval", "flow.delay", "flow.each",
                         "flow.if", "flow.parallel", "flow.return", "flow.switch", "flow.try",
                         "flow.until", "flow.wait", "flow.while", "http.request", "http.respond",
                         "json.format", "json.parse", "kv.compare_and_set", "kv.delete", "kv.get",
                         "kv.increment", "kv.set", "number.calculate", "number.format",
                         "number.parse", "number.round", "random.number", "random.uuid",
                         "shell.exec", "text.change", "text.decode", "text.encode", "text.match",
                         "text.replace", "text.template", "time.add", "time.difference",
                         "time.format", "time.now", "time.parse", "url.build", "url.parse",
                         "vars.set", "xml.format", "xml.parse", "yaml.format", "yaml.parse"));
}

TEST(NodeRegistry, EveryBuiltInSaysWhatItDoesAndTakes) {
    for (const auto& type : NodeRegistry::with_built_ins().all()) {
        EXPECT_FALSE(type->description.empty()) << type->id;
        EXPECT_EQ(type->id.substr(0, type->id.find('.')), type->category);
        const auto input = definition::JsonSchema::compile(type->input_schema);
        ASSERT_TRUE(input) << type->id << ": " << input.error().message;
        const auto output = definition::JsonSchema::compile(type->output_schema);
        EXPECT_TRUE(output) << type->id;
        EXPECT_FALSE(input->accepts(Value(5))) << type->id << " takes an object";
        const auto* const properties = type->input_schema.as_object().if_contains("properties");
        if (properties == nullptr) continue;
        for (const auto& property : properties->as_object())
            EXPECT_FALSE(property.value().as_object().at("description").as_string().empty())
                << type->id << "." << property.key();
    }
}

TEST(NodeRegistry, SchemasAgreeWithTheCode) {
    const auto accepts = [](std::string_view id, std::string_view parameters) {
        return definition::JsonSchema::compile(built_in(id)->input_schema)
            .value()
            .accepts(json(parameters));
    };
    for (const int status : {100, 199, 200, 599, 600}) {
        const std::string parameters = "{\"status\":" + std::to_string(status) + "}";
        EXPECT_EQ(accepts("http.respond", parameters),
                  static_cast<bool>(run_pure("http.respond", parameters)))
            << status;
    }
    for (const char* parameters :
         {R"({"message":"x"})", R"({})", R"({"message":"x","level":"loud"})",
          R"({"message":"x","level":"debug"})", R"({"message":"x","fields":{}})"})
        EXPECT_EQ(accepts("core.log", parameters),
                  static_cast<bool>(run_pure("core.log", parameters)))
            << parameters;
    for (const char* parameters : {R"({"condition":0})", R"({})"})
        EXPECT_EQ(accepts("flow.if", parameters),
                  static_cast<bool>(run_pure("flow.if", parameters)))
            << parameters;
}

TEST(NodeRegistry, AnIdIsTakenOnce) {
    NodeRegistry registry;
    EXPECT_TRUE(registry.add(pure_type("my.type")));
    const auto again = registry.add(pure_type("my.type"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "node_type_taken");
    EXPECT_EQ(registry.find("my.type")->id, "my.type");
    EXPECT_EQ(registry.find("your.type"), nullptr);
}

TEST(NodeRegistry, CodeMustMatchTheKind) {
    NodeRegistry registry;
    EXPECT_EQ(registry.add(pure_type("")).error().code, "invalid_node_type");
    NodeType effect = pure_type("a");
    effect.kind = NodeKind::effect;
    EXPECT_EQ(registry.add(std::move(effect)).error().code, "invalid_node_type");
    NodeType both = pure_type("b");
    both.hold = [](const Value&, WallTime) -> node_result<HoldRequest> { return HoldRequest{}; };
    EXPECT_EQ(registry.add(std::move(both)).error().code, "invalid_node_type");
    EXPECT_TRUE(registry.all().empty());
}

}  // namespace
}  // namespace sluice::testing
