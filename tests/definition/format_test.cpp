#include "engine/definition/format.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::definition {
namespace {

using ::testing::HasSubstr;

std::string formatted(std::string_view source) {
    auto text = format_flow(source);
    EXPECT_TRUE(text) << (text ? "" : text.error().message) << "\n" << source;
    if (!text) return {};
    EXPECT_EQ(format_flow(*text).value(), *text) << "formatting again changes nothing";
    return *text;
}

TEST(Format, PutsKeysIntoTheirOrder) {
    EXPECT_EQ(formatted(R"(settings: {timeout: 1m}
nodes:
- next: b
  with: {z: 1, a: 2}
  type: core.set
  id: a
- {next: [], id: b, type: core.set}
odd: 1
name: x
triggers:
  hook: {key: k, type: webhook}
)"),
              R"(name: x
triggers:
  hook: {type: webhook, key: k}
nodes:
  - id: a
    type: core.set
    with: {z: 1, a: 2}
    next: b
  - {id: b, type: core.set, next: []}
settings: {timeout: 1m}
odd: 1
)");
}

TEST(Format, OrdersNodesOfBlocks) {
    EXPECT_EQ(formatted(R"(nodes:
  t:
    finally: {nodes: {u: {with: {}, type: core.set}}}
    nodes: [{type: core.set, id: i}]
    catch:
      "*": {output: 1, nodes: {c: {with: {}, type: core.set}}}
    type: flow.try
)"),
              R"(nodes:
  t:
    type: flow.try
    nodes: [{id: i, type: core.set}]
    catch:
      "*": {nodes: {c: {type: core.set, with: {}}}, output: 1}
    finally: {nodes: {u: {type: core.set, with: {}}}}
)");
}

TEST(Format, CommentsGoWithWhatTheyAreAbout) {
    EXPECT_EQ(formatted(R"(# About the file.

# About the nodes.
nodes: # here they are
    # the first
    a: {type: core.set}   # beside a
    # disabled:
    #   type: core.set


    b:
        # why it logs
        type: core.log
        # end of b
    c: {type: core.set,  # in brackets
        # below
        with: {z: 1}
        # last
        }
# about the name
name:   x
settings:
  # nothing yet
# the end
)"),
              R"(# About the file.

# About the nodes.

# about the name
name: x
nodes:  # here they are
  # the first
  a: {type: core.set}  # beside a
  # disabled:
  #   type: core.set

  b:
    # why it logs
    type: core.log
    # end of b
  c:
    type: core.set  # in brackets
    # below
    with: {z: 1}
    # last
settings:
  # nothing yet
# the end
)");
}

TEST(Format, KeepsTextsAsTheyAre) {
    EXPECT_EQ(formatted("a:\n"
                        "     single: 'it'\n"
                        "     both: 'don''t \"x\" \\ '\n"
                        "     double: \"\\u00e4 # no comment\"\n"
                        "     plain: a # comment\n"
                        "     number: 0o14\n"
                        "     url: http://x/#y\n"
                        "     literal: |   # c\n"
                        "         one\n"
                        "           two\n"
                        "\n"
                        "         # three\n"
                        "\n"
                        "     folded: >-\n"
                        "      x\n"
                        "     kept: |+\n"
                        "      x\n"
                        "\n"
                        "     deep: |2\n"
                        "          x\n"
                        "     long: \"one\n"
                        "       two\n"
                        "          three\"\n"),
              "a:\n"
              "  single: \"it\"\n"
              "  both: 'don''t \"x\" \\ '\n"
              "  double: \"\\u00e4 # no comment\"\n"
              "  plain: a  # comment\n"
              "  number: 0o14\n"
              "  url: http://x/#y\n"
              "  literal: |  # c\n"
              "    one\n"
              "      two\n"
              "\n"
              "    # three\n"
              "\n"
              "  folded: >-\n"
              "    x\n"
              "  kept: |+\n"
              "    x\n"
              "\n"
              "  deep: |2\n"
              "       x\n"
              "  long: \"one\n"
              "    two\n"
              "       three\"\n");
}

TEST(Format, KeepsAnchorsAliasesAndTags) {
    EXPECT_EQ(
        formatted(
            "a: &one\n    x: 1\nb: *one\nc: [*one, &two 2, *two]\nd: !!str 5\ne:\n- &z\n  k: v\n"),
        "a: &one\n  x: 1\nb: *one\nc: [*one, &two 2, *two]\nd: !!str 5\ne:\n  - &z\n    k: v\n");
}

TEST(Format, KeepsTheOrderWhereAnAliasWouldComeBeforeItsAnchor) {
    EXPECT_EQ(formatted("settings: &s {timeout: 1m}\nvars: *s\nname: x\n"),
              "settings: &s {timeout: 1m}\nvars: *s\nname: x\n");
}

TEST(Format, TurnsBracketsOnSeveralLinesIntoBlocks) {
    EXPECT_EQ(formatted("{\"name\": \"x\",\n \"nodes\": [{\"id\": \"a\"}, [],\n  {}]}\n"),
              "\"name\": \"x\"\n\"nodes\":\n  - {\"id\": \"a\"}\n  - []\n  - {}\n");
}

TEST(Format, WritesNestedLists) {
    EXPECT_EQ(formatted("a:\n- - 1\n  - 2\n-\n  - 3\n- # c\n  x: 1\n"),
              "a:\n  - - 1\n    - 2\n  - - 3\n  # c\n  - x: 1\n");
}

TEST(Format, MakesLinesPlain) {
    EXPECT_EQ(formatted("\xEF\xBB\xBF---\r\na: 1   \r\n\r\n\r\n\r\nb: 2"), "a: 1\n\nb: 2\n");
}

TEST(Format, RefusesWhatItWouldChange) {
    for (const std::string_view source : {"%YAML 1.2\n---\na: 1\n", "- a\n", "text\n"}) {
        const auto text = format_flow(source);
        ASSERT_FALSE(text) << source;
        EXPECT_EQ(text.error().code, "not_formattable");
    }
    const auto text = format_flow("a: [\n");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, "invalid_document");
    EXPECT_FALSE(text.error().details.as_object().at("diagnostics").as_array().empty());
}

TEST(Format, LeavesTheExamplesAsTheyAre) {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(SLUICE_SOURCE_ROOT "/examples/flows")) {
        std::ifstream stream(entry.path());
        const std::string source{std::istreambuf_iterator<char>(stream), {}};
        EXPECT_EQ(formatted(source), source) << entry.path();
        ++count;
    }
    EXPECT_GT(count, 3u);
}

/// Any cut of any text: the answer is a refusal or a text that means the same, never a crash.
TEST(Format, IsSafeForAnyBeginning) {
    std::ifstream stream(SLUICE_SOURCE_ROOT "/examples/flows/hello.yaml");
    const std::string source{std::istreambuf_iterator<char>(stream), {}};
    for (std::size_t size = 0; size < source.size(); size += 3) {
        static_cast<void>(format_flow(source.substr(0, size)));
        static_cast<void>(format_flow("#\n- {" + source.substr(size)));
        static_cast<void>(format_flow(source.substr(0, size) + "\n  # x\n" + source.substr(size)));
    }
}

}  // namespace
}  // namespace sluice::definition
