// The official JSON Schema test suite, draft 7 (Debian package json-schema-test-suite).
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "engine/definition/json_schema.hpp"

namespace sluice::definition {
namespace {

const std::filesystem::path suite = "/usr/share/json-schema-test-suite/tests/draft7";

/// "file: group" whose schemas are refused on purpose: references out of the schema are never
/// fetched.
const std::set<std::string> refused_groups{
    "definitions.json: invalid definition",
    "definitions.json: valid definition",
    "ref.json: Recursive references between schemas",
    "ref.json: remote ref, containing refs itself",
    "refRemote.json: base URI change",
    "refRemote.json: base URI change - change folder",
    "refRemote.json: base URI change - change folder in subschema",
    "refRemote.json: fragment within remote ref",
    "refRemote.json: ref within remote ref",
    "refRemote.json: remote ref",
    "refRemote.json: root ref in remote ref",
};

Value load(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return boost::json::parse(text);
}

std::string text(const Value& value) {
    return std::string(value.as_string());
}

void run(const std::filesystem::path& path, std::set<std::string>& seen) {
    const Value groups = load(path);
    for (const Value& group : groups.as_array()) {
        const std::string name = path.filename().string() + ": " + text(group.at("description"));
        const auto schema = JsonSchema::compile(group.at("schema"));
        if (refused_groups.contains(name)) {
            seen.insert(name);
            EXPECT_FALSE(schema.has_value()) << name << " compiles: take it off the list";
            continue;
        }
        if (!schema) {
            ADD_FAILURE() << name << ": " << schema.error().message;
            continue;
        }
        for (const Value& test : group.at("tests").as_array()) {
            const std::string whole = name + ": " + text(test.at("description"));
            const bool expected = test.at("valid").as_bool();
            EXPECT_EQ(schema->accepts(test.at("data")), expected) << whole;
            EXPECT_EQ(schema->validate(test.at("data")).empty(), expected) << whole;
        }
    }
}

TEST(JsonSchemaSuite, AnswersAsTheOfficialTestsSay) {
    if (!std::filesystem::exists(suite)) GTEST_SKIP() << "install json-schema-test-suite";
    std::set<std::string> seen;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(suite)) {
        if (entry.path().extension() != ".json") continue;
        ++files;
        run(entry.path(), seen);
    }
    for (const char* optional : {"zeroTerminatedFloats.json", "bignum.json"})
        run(suite / "optional" / optional, seen);
    EXPECT_GE(files, 30u);
    for (const auto& name : refused_groups)
        EXPECT_TRUE(seen.contains(name)) << name << " is not in the suite";
}

TEST(JsonSchemaSuite, ChecksTheFormatsThatItKnows) {
    const auto formats = suite / "optional" / "format";
    if (!std::filesystem::exists(formats)) GTEST_SKIP() << "install json-schema-test-suite";
    std::set<std::string> seen;
    for (const char* name : {"date-time", "date", "time", "email", "hostname", "ipv4", "ipv6",
                             "uri", "uri-reference"}) {
        const auto file = formats / (std::string(name) + ".json");
        ASSERT_TRUE(std::filesystem::exists(file)) << file;
        run(file, seen);
    }
}

}  // namespace
}  // namespace sluice::definition
