#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/nodes/data/data_node.hpp"
#include "tests/nodes/data/values.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string text_parameter(std::string_view text) {
    return to_json(Object{{"text", text}});
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t at = 0; at < times; ++at) out += text;
    return out;
}

/// What `parse` makes of what `format` writes of a value.
Value read_back(std::string_view format, std::string_view parse, const Value& value) {
    auto written = run_data(format, Object{{"value", value}});
    if (!written) return Value("not written: " + written.error().message);
    auto read = run_data(parse, std::move(written->output));
    return read ? read->output.at("value") : Value("not read: " + read.error().message);
}

TEST(Json, ReadsAndWrites) {
    expect_each({
        {"json.parse", R"j({"text":"{\"a\": [1, 2.5]}"})j", R"j({"value":{"a":[1,2.5]}})j"},
        {"json.format", R"j({"value":{"a":[1]}})j", R"j({"text":"{\"a\":[1]}"})j"},
        {"json.format", R"j({"value":{"a":1},"pretty":true})j", R"j({"text":"{\n  \"a\": 1\n}"})j"},
        {"json.format", R"j({"value":null})j", R"j({"text":"null"})j"},
    });
}

TEST(Json, TellsWhatIsWrong) {
    EXPECT_THAT(outcome_of("json.parse", R"j({"text":"{\n\"a\": }"})j"),
                StartsWith("invalid_json: `text` cannot be read: "));
    EXPECT_THAT(outcome_of("json.parse", text_parameter(repeated("[", 300))),
                StartsWith("json_too_deep: `text` cannot be read: "));
    EXPECT_EQ(
        outcome_of("json.parse", text_parameter(std::string((1u << 20) + 1, ' '))),
        "data_too_large: `text` is too large for json.parse: at most 1048576 bytes are taken; "
        "ask its source for less at once, or work through it in a program (shell.exec)");
    expect_each({
        {"json.parse", R"j({"text":{"a":1}})j",
         "invalid_parameters: the parameters of json.parse are wrong: `text` must be text"},
        {"json.parse", R"([])",
         "invalid_parameters: the parameters of json.parse must be an object"},
        {"json.parse", R"j({"json":"1"})j",
         "invalid_parameters: the parameters of json.parse are wrong: `json` is not a parameter of "
         "json.parse; `text` must be text, and is missing"},
        {"json.format", R"j({})j",
         "invalid_parameters: the parameters of json.format are wrong: `value` is missing"},
    });
}

RC_GTEST_PROP(Json, GivesBackWhatItWasGiven, ()) {
    const auto value = *values(3);
    RC_ASSERT(read_back("json.format", "json.parse", value) == value);
}

TEST(Yaml, ReadsAndWrites) {
    expect_each({
        {"yaml.parse", R"j({"text":"a: &x [1, yes]\nb: *x\n"})j",
         R"j({"value":{"a":[1,"yes"],"b":[1,"yes"]}})j"},
        {"yaml.format",
         R"j({"value":{"name":"Ada Lovelace","roles":["admin",{"n":1.5}],"empty":[],"t":"true","note":"a: b"}})j",
         R"j({"text":"name: Ada Lovelace\nroles:\n- admin\n- n: 1.5\nempty: []\nt: \"true\"\nnote: \"a: b\"\n"})j"},
    });
}

TEST(Yaml, TellsWhatIsWrong) {
    std::string bomb = "a0: &a0 [x, x]\n";
    for (int at = 1; at < 40; ++at) {
        const std::string before = "*a" + std::to_string(at - 1);
        const std::string name = "a" + std::to_string(at);
        bomb += name + ": &" + name + " [" + before + ", " + before + "]\n";
    }
    EXPECT_THAT(
        outcome_of("yaml.parse", text_parameter(bomb)),
        HasSubstr("the document has more than 100000 values when its aliases are expanded"));
    EXPECT_THAT(outcome_of("yaml.parse", text_parameter(repeated("[", 100))),
                HasSubstr("values are nested more than 64 levels deep"));
    expect_each({
        {"yaml.parse", R"j({"text":"a: b: c"})j",
         "invalid_yaml: `text` cannot be read: line 1, column 5: invalid nested block mapping on "
         "the "
         "same line (put quotes around a value that contains `: `)"},
        {"yaml.parse", R"j({"text":""})j",
         "invalid_yaml: `text` cannot be read: line 1, column 1: the document is empty"},
        {"yaml.parse", R"j({"text":"a: !python/object x"})j",
         "invalid_yaml: `text` cannot be read: line 1, column 19: the tag `!python/object` is not "
         "supported here; remove it"},
    });
    Value deep = 1;
    for (int at = 0; at < 70; ++at) deep = Array{std::move(deep)};
    EXPECT_EQ(
        outcome_of("yaml.format", Object{{"value", deep}}),
        "yaml_too_large: the value has more than 64 levels or 100000 values: write its parts");
}

RC_GTEST_PROP(Yaml, GivesBackWhatItWasGiven, ()) {
    const auto value = *values(3);
    RC_ASSERT(to_json(read_back("yaml.format", "yaml.parse", value)) == to_json(value));
}

TEST(Csv, ReadsRows) {
    expect_each({
        {"csv.parse", R"j({"text":"id,name\r\n7,\"Ada, \"\"A\"\"\"\r\n\r\n8,\n"})j",
         R"j({"rows":[{"id":"7","name":"Ada, \"A\""},{"id":"8","name":""}],"columns":["id","name"]})j"},
        {"csv.parse", R"j({"text":"a;b\n1;2","delimiter":";","header":false})j",
         R"j({"rows":[["a","b"],["1","2"]],"columns":[]})j"},
        {"csv.parse", R"j({"text":"a,b\n1,2.5\n,\n","types":{"a":"integer","b":"number"}})j",
         R"j({"rows":[{"a":1,"b":2.5},{"a":null,"b":null}],"columns":["a","b"]})j"},
        {"csv.parse",
         R"j({"text":"1,true","header":false,"columns":["n","on"],"types":{"on":"boolean"}})j",
         R"j({"rows":[{"n":"1","on":true}],"columns":["n","on"]})j"},
        {"csv.parse", R"j({"text":"a,b\n1","ragged":"fill"})j",
         R"j({"rows":[{"a":"1","b":""}],"columns":["a","b"]})j"},
        {"csv.parse",
         "{\"text\":\"\xEF\xBB\xBF"
         R"(a\n x \n"})",
         R"j({"rows":[{"a":" x "}],"columns":["a"]})j"},
        {"csv.parse", R"j({"text":"a\n x \n","trim":true})j",
         R"j({"rows":[{"a":"x"}],"columns":["a"]})j"},
        {"csv.parse", R"j({"text":""})j", R"j({"rows":[],"columns":[]})j"},
    });
}

TEST(Csv, TellsWhatIsWrong) {
    expect_each({
        {"csv.parse", R"j({"text":"a,b\n1,2,3\n"})j",
         "ragged_rows: row 2 has 3 fields in place of 2: is a field with a delimiter not quoted, "
         "or "
         "the delimiter another one?"},
        {"csv.parse", R"j({"text":"a,b\n1,2\n1\n"})j",
         "ragged_rows: row 3 has 1 fields in place of 2: with `ragged: fill` missing ones are "
         "empty"},
        {"csv.parse", R"j({"text":"a,b\n1,x\"y\n"})j",
         "invalid_csv: a quote stands where none may, or is never closed, near line 2: a field "
         "with "
         "quotes is quoted as a whole, and quotes in it are doubled"},
        {"csv.parse", R"j({"text":"a\n\"b\n"})j",
         "invalid_csv: a quote stands where none may, or is never closed, near line 3: a field "
         "with "
         "quotes is quoted as a whole, and quotes in it are doubled"},
        {"csv.parse", R"j({"text":"a,a\n"})j",
         "invalid_header: the header names two columns `a`: give `columns` names that differ"},
        {"csv.parse", R"j({"text":"a,\n"})j",
         "invalid_header: the header names a column with an empty text: give `columns`, or "
         "`header: "
         "false`"},
        {"csv.parse", R"j({"text":"n\n12\n1x\n","types":{"n":"integer"}})j",
         "invalid_csv_value: `n` in row 3 is no integer, as `types` has it"},
        {"csv.parse", R"j({"text":"","delimiter":"::","types":{"a":"date"}})j",
         "invalid_parameters: the parameters of csv.parse are wrong: `delimiter` must be one ASCII "
         "character, such as , or ; or a tab; `types.a` must be text, number, integer or boolean"},
        {"csv.format", R"j({"rows":[{"a":[1]}]})j",
         "not_text: rows[0] has a list or an object in a field: flatten it before (data.flatten), "
         "or "
         "write it as JSON (json.format)"},
        {"csv.format", R"j({"rows":[[1],5]})j",
         "not_text: rows[1] must be an object or a list with at least one field"},
    });
    EXPECT_THAT(
        outcome_of("csv.parse", Object{{"text", repeated("a\n", 200'000)}}),
        StartsWith("data_too_large: `text` is too large for csv.parse: at most 100000 items"));
}

TEST(Csv, FillingUpIsBounded) {
    std::string text = "h0";
    for (int at = 1; at < 1000; ++at) text += ",h" + std::to_string(at);
    text += repeated("\nx", 50'000);
    EXPECT_THAT(outcome_of("csv.parse", Object{{"text", text}, {"ragged", "fill"}}),
                StartsWith("data_too_large"));
}

TEST(Csv, WritesRows) {
    expect_each({
        {"csv.format", R"j({"rows":[{"id":7,"name":"Ada, \"A\""},{"name":null,"x":true}]})j",
         R"j({"text":"id,name,x\n7,\"Ada, \"\"A\"\"\",\n,,true\n"})j"},
        {"csv.format", R"j({"rows":[[1,"a;b"],["",""]],"delimiter":";","line_end":"crlf"})j",
         R"j({"text":"1;\"a;b\"\r\n;\r\n"})j"},
        {"csv.format", R"j({"rows":[{"a":1,"b":2}],"columns":["b"],"header":false})j",
         R"j({"text":"2\n"})j"},
        {"csv.format", R"j({"rows":[{"a":""}]})j", R"j({"text":"a\n\"\"\n"})j"},
    });
}

RC_GTEST_PROP(Csv, GivesBackWhatItWasGiven, ()) {
    const auto width = *rc::gen::inRange<std::size_t>(1, 4);
    const auto table = *rc::gen::container<std::vector<std::vector<std::string>>>(
        rc::gen::container<std::vector<std::string>>(width, texts()));
    Array rows;
    for (const auto& row : table) rows.emplace_back(Array(row.begin(), row.end()));
    auto written = run_data("csv.format", Object{{"rows", rows}});
    RC_ASSERT(written.has_value());
    auto read =
        run_data("csv.parse", Object{{"text", written->output.at("text")}, {"header", false}});
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->output.at("rows") == rows);
}

TEST(Xml, ReadsElements) {
    expect_each({
        {"xml.parse",
         R"j({"text":"<?xml version='1.0' encoding='ISO-8859-1'?><o id='7'><!-- c --><sku>é</sku><sku>b &amp; c</sku><e/><n u='x'>5</n></o>"})j",
         R"j({"value":{"o":{"@id":"7","sku":["é","b & c"],"e":"","n":{"@u":"x","#text":"5"}}}})j"},
        {"xml.parse", R"j({"text":"<a><b>1</b></a>","lists":["b"]})j",
         R"j({"value":{"a":{"b":["1"]}}})j"},
        {"xml.parse", R"j({"text":"<a><![CDATA[<x>]]></a>"})j", R"j({"value":{"a":"<x>"}})j"},
        {"xml.parse", R"j({"text":"<s:a xmlns:s='u'>\n <s:b/>\n</s:a>"})j",
         R"j({"value":{"s:a":{"@xmlns:s":"u","s:b":""}}})j"},
    });
}

TEST(Xml, TellsWhatIsWrong) {
    std::string bomb = R"(<!DOCTYPE l [<!ENTITY a "lol">)";
    for (char name = 'b'; name < 'k'; ++name)
        bomb += std::string("<!ENTITY ") + name + " \"" +
                repeated(std::string("&") + static_cast<char>(name - 1) + ";", 10) + "\">";
    bomb += "]><l>&j;</l>";
    EXPECT_EQ(outcome_of("xml.parse", text_parameter(bomb)),
              "xml_doctype: `text` cannot be read: the document has a <!DOCTYPE>, which is never "
              "taken because the entities in it can grow without end: remove it");
    EXPECT_THAT(
        outcome_of("xml.parse", text_parameter(repeated("<a>", 1'000))),
        HasSubstr("xml_too_deep: `text` cannot be read: elements stand within each other more "
                  "than 64 levels deep"));
    EXPECT_THAT(outcome_of("xml.parse", text_parameter("<r>" + repeated("<a/>", 110'000) + "</r>")),
                HasSubstr("xml_too_large: `text` cannot be read: the document has more than 100000 "
                          "elements and attributes"));
    expect_each({
        {"xml.parse", R"j({"text":"<a><b></a>"})j",
         "invalid_xml: `text` cannot be read: line 1, column 9: mismatched tag"},
        {"xml.parse", R"j({"text":"<a/><b/>"})j",
         "invalid_xml: `text` cannot be read: line 1, column 5: junk after document element"},
        {"xml.parse", R"j({"text":"<a>&nbsp;</a>"})j",
         "invalid_xml: `text` cannot be read: line 1, column 4: undefined entity"},
        {"xml.parse", R"j({"text":"<a x='1' x='2'/>"})j",
         "invalid_xml: `text` cannot be read: line 1, column 10: duplicate attribute"},
        {"xml.parse", R"j({"text":""})j",
         "invalid_xml: `text` cannot be read: line 1, column 1: no element found"},
    });
}

TEST(Xml, WritesElements) {
    expect_each({
        {"xml.format", R"j({"value":{"o":{"@id":7,"sku":["a<b",null],"n":{"#text":"x\ny"}}}})j",
         R"j({"text":"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<o id=\"7\"><sku>a&lt;b</sku><sku/><n>x\ny</n></o>"})j"},
        {"xml.format",
         R"j({"value":{"o":{"a":{"b":1},"c":[1,2]}},"pretty":true,"declaration":false})j",
         R"j({"text":"<o>\n  <a>\n    <b>1</b>\n  </a>\n  <c>1</c>\n  <c>2</c>\n</o>\n"})j"},
        {"xml.format",
         R"j({"value":{"o":{"#text":"mixed ","b":"x"}},"pretty":true,"declaration":false})j",
         R"j({"text":"<o>mixed <b>x</b></o>\n"})j"},
    });
}

TEST(Xml, WritesNothingThatIsNoXml) {
    expect_each({
        {"xml.format", R"j({"value":{"a":1,"b":2}})j",
         "invalid_xml_value: `value` must be an object with one member, the root element"},
        {"xml.format", R"j({"value":{"a":[1,2]}})j",
         "invalid_xml_value: `a` is a list, and there is one root element only"},
        {"xml.format", R"j({"value":{"a":{"b c":1}}})j",
         "invalid_xml_value: `a.b c` is no name of an element"},
        {"xml.format", R"j({"value":{"a":{"@x='1' y":1}}})j",
         "invalid_xml_value: `a.@x='1' y` is no name of an attribute"},
        {"xml.format", R"j({"value":{"a":{"@b":{}}}})j",
         "invalid_xml_value: `a.@b` must be text, a number or a boolean"},
        {"xml.format", R"j({"value":{"a":{"b":[[1]]}}})j",
         "invalid_xml_value: `a.b[0]` is a list in a list"},
        {"xml.format", "{\"value\":{\"a\":\"\\u0001\"}}",
         "invalid_xml_value: `a` has a control character, which XML does not have"},
    });
}

RC_GTEST_PROP(Xml, GivesBackTextsAndAttributes, ()) {
    std::string text = *texts();
    std::erase(text, '\x01');
    std::string attribute = *texts();
    std::erase(attribute, '\x01');
    const Value leaf = Object{{"r", text}};
    RC_ASSERT(read_back("xml.format", "xml.parse", leaf) == leaf);
    const Value element = Object{{"r", Object{{"@a", attribute}, {"b", Array{text, text}}}}};
    RC_ASSERT(read_back("xml.format", "xml.parse", element) == element);
}

}  // namespace
}  // namespace sluice::testing
