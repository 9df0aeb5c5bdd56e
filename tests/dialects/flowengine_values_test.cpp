// Flow Engine: typed values and timestamps, without a server.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "http/dialects/flowengine/render.hpp"
#include "http/dialects/flowengine/typed_value.hpp"

namespace sluice::http::flowengine {
namespace {

Value wire_of(std::string_view json) {
    return parse_json(json).value();
}

Value there_and_back(const Value& wire) {
    std::vector<TypedProblem> problems;
    const Value inside = from_wire(wire, problems);
    EXPECT_TRUE(problems.empty()) << to_json(wire);
    return to_wire(inside);
}

/// Members that the marks of typed_value.hpp are made of come up often.
std::string any_key() {
    return *rc::gen::element<std::string>("base64", "$json", "$array", "$object", "type", "value",
                                          "a", "");
}

Value any_json(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
        case 0:
            return nullptr;
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::arbitrary<std::int64_t>();
        case 3:
            return Value(*rc::gen::element<std::string>("", "AAEC", "${x}", "text"));
        case 4: {
            Array items;
            for (int count = *rc::gen::inRange(0, 3); count > 0; --count)
                items.push_back(any_json(depth - 1));
            return items;
        }
        default: {
            Object members;
            for (int count = *rc::gen::inRange(0, 3); count > 0; --count)
                members[any_key()] = any_json(depth - 1);
            return members;
        }
    }
}

Value any_typed(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
        case 0:
            return Object{{"type", "Null"}};
        case 1:
            return Object{{"type", "Bool"}, {"value", *rc::gen::arbitrary<bool>()}};
        case 2:
            return Object{{"type", "Number"}, {"value", *rc::gen::arbitrary<double>()}};
        case 3:
            return Object{{"type", "String"},
                          {"value", *rc::gen::element<std::string>("", "$json", "AAEC")}};
        case 4: {
            Array bytes;
            for (int count = *rc::gen::inRange(0, 5); count > 0; --count)
                bytes.emplace_back(*rc::gen::inRange(0, 256));
            return Object{{"type", "Bytes"}, {"value", std::move(bytes)}};
        }
        case 5:
            return Object{{"type", "Json"}, {"value", any_json(3)}};
        case 6: {
            Array items;
            for (int count = *rc::gen::inRange(0, 3); count > 0; --count)
                items.push_back(any_typed(depth - 1));
            return Object{{"type", "Array"}, {"value", std::move(items)}};
        }
        default: {
            Object members;
            for (int count = *rc::gen::inRange(0, 3); count > 0; --count)
                members[any_key()] = any_typed(depth - 1);
            return Object{{"type", "Object"}, {"value", std::move(members)}};
        }
    }
}

RC_GTEST_PROP(TypedValues, ComeBackAsTheyWent, ()) {
    const Value wire = any_typed(3);
    RC_ASSERT(there_and_back(wire) == wire);
}

RC_GTEST_PROP(TypedValues, PlainJsonMeansItself, ()) {
    const Value plain = any_json(3);
    std::vector<TypedProblem> problems;
    const Value inside = from_wire(plain, problems);
    // Only what looks like a typed value is one.
    const auto* const object = plain.if_object();
    if (object != nullptr && object->contains("type")) return;
    RC_ASSERT(problems.empty());
    RC_ASSERT(to_plain(inside) == plain);
}

TEST(TypedValues, AreWrittenAsPlainJson) {
    std::vector<TypedProblem> problems;
    const Value inside =
        from_wire(wire_of(R"({"type":"Object","value":{"a":{"type":"Array","value":[
        {"type":"Json","value":{"$json":1}},{"type":"Null"},{"type":"String","value":"x"}]}}})"),
                  problems);
    EXPECT_EQ(to_json(to_plain(inside)), R"({"a":[{"$json":1},null,"x"]})");
}

TEST(TypedValues, ThatAreWrongNameTheirPlace) {
    std::vector<TypedProblem> problems;
    (void)from_wire(wire_of(R"({"type":"Object","value":{"a/b":{"type":"Array","value":[
        {"type":"Number","value":1},{"type":"Number","value":"1"}]},"c":{"type":"Text","value":1}}})"),
                    problems);
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].pointer, "/value/a~1b/value/1/value");
    EXPECT_EQ(problems[1].pointer, "/value/c/type");
}

TEST(Timestamp, HasMillisecondsOnlyWhereThereAreAny) {
    EXPECT_EQ(timestamp(parse_rfc3339("2024-01-15T10:30:00Z").value()), "2024-01-15T10:30:00Z");
    EXPECT_EQ(timestamp(parse_rfc3339("2024-01-15T10:30:00.005Z").value()),
              "2024-01-15T10:30:00.005Z");
    EXPECT_EQ(timestamp(parse_rfc3339("2024-01-15T10:30:00.100Z").value()),
              "2024-01-15T10:30:00.100Z");
}

}  // namespace
}  // namespace sluice::http::flowengine
