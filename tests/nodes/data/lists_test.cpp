#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "engine/nodes/data/value_order.hpp"

#include "tests/nodes/data/data_node.hpp"

namespace sluice::testing {
namespace {

TEST(DataFilter, KeepsWhatComparisonsHoldFor) {
    expect_each({
        {"data.filter",
         R"j({"items":[{"t":50},{"t":150},{"t":100}],"where":{"field":"t","above":100}})j",
         R"j({"items":[{"t":150}],"dropped":2})j"},
        {"data.filter", R"j({"items":[1,2,3],"where":{"at_least":2}})j",
         R"j({"items":[2,3],"dropped":1})j"},
        {"data.filter",
         R"j({"items":[{"a":1,"b":"x"},{"a":2,"b":"y"}],"where":[{"field":"a","equals":2.0},{"field":"b","in":["y","z"]}]})j",
         R"j({"items":[{"a":2,"b":"y"}],"dropped":1})j"},
        {"data.filter",
         R"j({"items":["apple","pear","fig"],"where":{"any":[{"starts_with":"p"},{"matches":"^f.g$"}]}})j",
         R"j({"items":["pear","fig"],"dropped":1})j"},
        {"data.filter", R"j({"items":["apple","pear"],"where":{"not":{"contains":"pp"}}})j",
         R"j({"items":["pear"],"dropped":1})j"},
        {"data.filter",
         R"j({"items":[{},{"a":null},{"a":""},{"a":[]},{"a":0}],"where":{"field":"a","empty":false}})j",
         R"j({"items":[{"a":0}],"dropped":4})j"},
        {"data.filter", R"j({"items":[{},{"a":null}],"where":{"field":"a","exists":true}})j",
         R"j({"items":[{"a":null}],"dropped":1})j"},
        {"data.filter",
         R"j({"items":[{"u":{"tags":["x","y"]}},{"u":{}}],"where":{"field":"u.tags","contains":"y"}})j",
         R"j({"items":[{"u":{"tags":["x","y"]}}],"dropped":1})j"},
    });
}

TEST(DataFilter, NothingIsAboveWhatIsOfAnotherKind) {
    expect_each({
        {"data.filter", R"j({"items":[1,"1",null,[1],true],"where":{"at_least":0}})j",
         R"j({"items":[1],"dropped":4})j"},
        {"data.filter", R"j({"items":[{"d":1},{"d":2}],"where":{"field":"x","not_equals":1}})j",
         R"j({"items":[{"d":1},{"d":2}],"dropped":0})j"},
    });
}

TEST(DataFilter, RefusesWhatIsNoComparison) {
    expect_each({
        {"data.filter", "{}",
         "invalid_parameters: the parameters of data.filter are wrong: `items` must be a list, and "
         "is missing; `where` must be a comparison such as {field: total, above: 100}"},
        {"data.filter", R"j({"items":5,"where":{"above":1}})j",
         "invalid_parameters: the parameters of data.filter are wrong: `items` must be a list"},
        {"data.filter", R"j({"items":[],"where":{"field":"a","over":1}})j",
         "invalid_parameters: the parameters of data.filter are wrong: `where.over` is no "
         "comparison; "
         "there are equals, not_equals, above, at_least, below, at_most, in, not_in, contains, "
         "starts_with, ends_with, matches, exists, empty, any, all and not"},
        {"data.filter", R"j({"items":[],"where":{"field":"a.[","above":[1]}})j",
         "invalid_parameters: the parameters of data.filter are wrong: `where.field` must be a "
         "path "
         "such as customer.city or lines[0].sku, or a list of keys and indexes; `where.above` must "
         "be a number or text"},
        {"data.filter", R"j({"items":[],"where":{"any":[]}})j",
         "invalid_parameters: the parameters of data.filter are wrong: `where.any` must be a list "
         "of "
         "comparisons that is not empty"},
        {"data.filter", R"j({"items":[],"where":{"matches":"(a"}})j",
         "invalid_parameters: the parameters of data.filter are wrong: `where.matches` is no "
         "usable "
         "regular expression: `)` is missing"},
        {"data.filter", R"j({"items":[],"where":{"matches":"(?=a)"}})j",
         "invalid_parameters: the parameters of data.filter are wrong: `where.matches` is no "
         "usable "
         "regular expression: regular expressions cannot look around here (a code node can do "
         "this)"},
    });
}

TEST(DataFilter, BoundsComparisonsAndWhatPatternsLookAt) {
    Value where = json(R"j({"equals":1})j");
    for (int depth = 0; depth < 20; ++depth) where = Object{{"not", std::move(where)}};
    EXPECT_THAT(outcome_of("data.filter", Object{{"items", Array{}}, {"where", where}}),
                ::testing::HasSubstr("has more than 100 comparisons, or they nest deeper than 16"));

    Array items;
    items.emplace_back(std::string(1u << 19, 'a'));
    EXPECT_EQ(
        outcome_of("data.filter", Object{{"items", std::move(items)},
                                         {"where", Object{{"matches", "(?:a{1,40}){1,20}b"}}}}),
        "data_too_large: `pattern` is too large for data.filter: at most 16777216 units of work "
        "are taken; write a shorter pattern, bound its loops ({0,20} instead of *), or give it "
        "less text");
}

TEST(DataLists, AreBounded) {
    Limits limits;
    limits.data_items = 2;
    EXPECT_EQ(
        outcome_of("data.sort", R"j({"items":[3,2,1]})j", limits),
        "data_too_large: `items` is too large for data.sort: at most 2 items are taken; ask its "
        "source for fewer at once, page by page");
    EXPECT_EQ(outcome_of("data.flatten", R"j({"items":[[1,2],[3]]})j", limits).substr(0, 14),
              "data_too_large");
    EXPECT_EQ(
        outcome_of("data.split", R"j({"text":"a,b,c","separator":","})j", limits).substr(0, 14),
        "data_too_large");
}

TEST(DataSort, OrdersByFields) {
    expect_each({
        {"data.sort", R"j({"items":[3,1,2]})j", R"j({"items":[1,2,3]})j"},
        {"data.sort", R"j({"items":["b",10,"a",9,null,true]})j",
         R"j({"items":[true,9,10,"a","b",null]})j"},
        {"data.sort",
         R"j({"items":[{"a":1,"n":"x"},{"a":2,"n":"y"},{"n":"z"},{"a":2,"n":"w"}],"by":[{"field":"a","descending":true},"n"]})j",
         R"j({"items":[{"a":2,"n":"w"},{"a":2,"n":"y"},{"a":1,"n":"x"},{"n":"z"}]})j"},
        {"data.sort", R"j({"items":[9007199254740993,9007199254740992.0]})j",
         R"j({"items":[9007199254740992,9007199254740993]})j"},
        {"data.sort", R"j({"items":[1],"by":[]})j",
         "invalid_parameters: the parameters of data.sort are wrong: `by` must have from 1 to 100 "
         "keys"},
        {"data.sort", R"j({"items":[1],"by":{"field":"a","desc":true}})j",
         "invalid_parameters: the parameters of data.sort are wrong: `by.desc` is not known; a key "
         "is {field, descending}"},
        {"data.sort", R"j({"items":[1],"by":[{"descending":1}]})j",
         "invalid_parameters: the parameters of data.sort are wrong: `by[0].descending` must be "
         "true "
         "or false"},
    });
}

rc::Gen<Value> scalars() {
    return rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return Value(n); }),
        rc::gen::map(rc::gen::inRange(-5, 5), [](int n) { return Value(n); }),
        rc::gen::map(rc::gen::inRange(-9, 9), [](int n) { return Value(n / 2.0); }),
        rc::gen::map(rc::gen::arbitrary<double>(), [](double n) { return Value(n); }),
        rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t n) { return Value(n); }),
        rc::gen::map(rc::gen::string<std::string>(), [](const std::string& s) { return Value(s); }),
        rc::gen::just(Value()), rc::gen::just(Value(true)));
}

RC_GTEST_PROP(DataOrder, IsTotal, ()) {
    const auto a = *scalars();
    const auto b = *scalars();
    const auto c = *scalars();
    using nodes::compare_values;
    const auto mirrored = 0 <=> compare_values(b, a);
    RC_ASSERT((compare_values(a, b) == mirrored));
    if (compare_values(a, b) <= 0 && compare_values(b, c) <= 0)
        RC_ASSERT((compare_values(a, c) <= 0));
    RC_ASSERT((compare_values(a, a) == 0));
}

TEST(DataMap, MakesNewItems) {
    expect_each({
        {"data.map",
         R"j({"items":[{"u":{"name":"Ada"},"l":[1,2]},{"u":{}}],"fields":{"name":"u.name","first":"l[0]"}})j",
         R"j({"items":[{"name":"Ada","first":1},{}]})j"},
        {"data.map", R"j({"items":[{"a.b":{"c":7}}],"field":["a.b","c"]})j", R"j({"items":[7]})j"},
        {"data.map", R"j({"items":[{}],"field":"x"})j", R"j({"items":[null]})j"},
        {"data.map", R"j({"items":[]})j",
         "invalid_parameters: the parameters of data.map are wrong: `fields` or `field` must be "
         "given, and not both"},
        {"data.map", R"j({"items":[],"fields":{"n":5}})j",
         "invalid_parameters: the parameters of data.map are wrong: `fields.n` must be a path such "
         "as customer.city or lines[0].sku, or a list of keys and indexes"},
    });
}

TEST(DataUnique, DropsWhatIsThereAlready) {
    expect_each({
        {"data.unique", R"j({"items":[1,2,1.0,"1",{"a":1,"b":2},{"b":2,"a":1}]})j",
         R"j({"items":[1,2,"1",{"a":1,"b":2}],"dropped":2})j"},
        {"data.unique",
         R"j({"items":[{"k":1,"v":1},{"k":1,"v":2},{"v":3}],"by":"k","keep":"last"})j",
         R"j({"items":[{"k":1,"v":2},{"v":3}],"dropped":1})j"},
        {"data.unique", R"j({"items":[],"keep":"both"})j",
         "invalid_parameters: the parameters of data.unique are wrong: `keep` must be first or "
         "last"},
        {"data.unique", R"j({"items":[],"by":[]})j",
         "invalid_parameters: the parameters of data.unique are wrong: `by` must not be empty"},
    });
}

TEST(DataGroup, PutsEqualKeysTogether) {
    expect_each({
        {"data.group",
         R"j({"items":[{"c":"de","n":1},{"c":"fr","n":2},{"c":"de","n":3}],"by":"c"})j",
         R"j({"groups":[{"key":"de","items":[{"c":"de","n":1},{"c":"de","n":3}]},{"key":"fr","items":[{"c":"fr","n":2}]}]})j"},
        {"data.group", R"j({"items":[{"a":{"x":1},"b":2}],"by":["a.x","b"]})j",
         R"j({"groups":[{"key":{"a.x":1,"b":2},"items":[{"a":{"x":1},"b":2}]}]})j"},
        {"data.group", R"j({"items":[5]})j",
         "invalid_parameters: the parameters of data.group are wrong: `by` must be a path or a "
         "list "
         "of paths, and is missing"},
    });
}

TEST(DataAggregate, WorksFiguresOut) {
    expect_each({
        {"data.aggregate",
         R"j({"items":[{"p":2},{"p":3.5},{"p":null},{}],"fields":{"n":{"count":true},"with":{"count":"p"},"sum":{"sum":"p"},"avg":{"average":"p"},"min":{"min":"p"},"max":{"max":"p"},"all":{"list":"p"},"kinds":{"distinct":"p"},"first":{"first":"p"},"last":{"last":"p"}}})j",
         R"j({"n":4,"with":2,"sum":5.5,"avg":2.75,"min":2,"max":3.5,"all":[2,3.5],"kinds":2,"first":2,"last":3.5})j"},
        {"data.aggregate",
         R"j({"items":[{"c":"de","p":1},{"c":"fr","p":2},{"c":"de","p":3}],"by":"c","fields":{"total":{"sum":"p"}}})j",
         R"j({"groups":[{"key":"de","total":4},{"key":"fr","total":2}]})j"},
        {"data.aggregate", R"j({"items":[],"fields":{"s":{"sum":true},"a":{"average":true}}})j",
         R"j({"s":0,"a":null})j"},
        {"data.aggregate", R"j({"items":[1,"2"],"fields":{"s":{"sum":true}}})j",
         "not_a_number: `fields.s` takes numbers, and the item of items[1] is none: filter such "
         "items out, or make numbers of them before (number.parse, `types` of csv.parse)"},
        {"data.aggregate", R"j({"items":[18446744073709551615,1],"fields":{"s":{"sum":true}}})j",
         "number_overflow: 18446744073709551615 + 1 has no whole number of 64 bits: write one of "
         "them with a point (1.0) to calculate in floating point"},
        {"data.aggregate", R"j({"items":[1],"fields":{"s":{"total":"p"}}})j",
         "invalid_parameters: the parameters of data.aggregate are wrong: `fields.s` must be one "
         "of "
         "count, distinct, sum, average, min, max, first, last, list with a path, such as {sum: "
         "price}"},
        {"data.aggregate", R"j({"items":[1],"fields":{}})j",
         "invalid_parameters: the parameters of data.aggregate are wrong: `fields` must have from "
         "1 "
         "to 100 names, such as {total: {sum: price}}"},
    });
}

TEST(DataFlatten, TakesLevelsAway) {
    expect_each({
        {"data.flatten", R"j({"items":[[1,[2]],3,[]]})j", R"j({"items":[1,[2],3]})j"},
        {"data.flatten", R"j({"items":[[1,[2,[3]]]],"depth":2})j", R"j({"items":[1,2,[3]]})j"},
        {"data.flatten", R"j({"object":{"a":{"b":1,"c":[2,{"d":3}]},"e":{}}})j",
         R"j({"object":{"a.b":1,"a.c.0":2,"a.c.1.d":3,"e":{}}})j"},
        {"data.flatten", R"j({"object":{"a":{"b":{"c":1}}},"depth":2,"separator":"/"})j",
         R"j({"object":{"a/b":{"c":1}}})j"},
        {"data.flatten", R"j({"items":[],"depth":0})j",
         "invalid_parameters: the parameters of data.flatten are wrong: `depth` must be a whole "
         "number from 1 to 256"},
    });
}

TEST(DataLookup, AddsRowsByKey) {
    expect_each({
        {"data.lookup",
         R"j({"items":[{"c":1},{"c":9}],"in":[{"id":1,"n":"Ada"},{"id":1.0,"n":"Bob"}],"field":"c","match":"id","as":"who"})j",
         R"j({"items":[{"c":1,"who":{"id":1,"n":"Ada"}},{"c":9,"who":null}],"unmatched":1})j"},
        {"data.lookup",
         R"j({"items":[{"c":1},{"c":9}],"in":[{"c":1},{"c":1}],"field":"c","all":true,"unmatched":"drop"})j",
         R"j({"items":[{"c":1,"match":[{"c":1},{"c":1}]}],"unmatched":1})j"},
        {"data.lookup", R"j({"items":[{"c":1}],"in":[],"field":"c","unmatched":"fail"})j",
         "no_match: nothing in `in` matches items[0]; with `unmatched: keep` or `drop` that is no "
         "failure"},
        {"data.lookup", R"j({"items":[5],"in":[],"field":["a","b"],"match":"a"})j",
         "invalid_parameters: the parameters of data.lookup are wrong: `match` must name as many "
         "paths as `field`; `items[0]` must be an object"},
    });
}

TEST(DataMerge, LaterValuesCount) {
    expect_each({
        {"data.merge", R"j({"values":[{"a":1,"o":{"x":1}},null,{"o":{"y":2},"b":2}]})j",
         R"j({"value":{"a":1,"o":{"y":2},"b":2}})j"},
        {"data.merge",
         R"j({"values":[{"o":{"x":1},"l":[1]},{"o":{"y":2},"l":[2]}],"deep":true,"lists":"append"})j",
         R"j({"value":{"o":{"x":1,"y":2},"l":[1,2]}})j"},
        {"data.merge", R"j({"values":[{"a":1},5]})j",
         "invalid_parameters: the parameters of data.merge are wrong: `values[1]` must be an "
         "object"},
    });
}

TEST(DataPick, KeepsOrLeavesOut) {
    expect_each({
        {"data.pick", R"j({"value":{"a":1,"b":2,"c":3},"fields":["c","a","x"]})j",
         R"j({"value":{"c":3,"a":1}})j"},
        {"data.pick", R"j({"value":[{"a":1,"p":2},{"p":3}],"without":["p"]})j",
         R"j({"value":[{"a":1},{}]})j"},
        {"data.pick", R"j({"value":[{"a":1},7],"fields":["a"]})j",
         "invalid_parameters: the parameters of data.pick are wrong: `value[1]` must be an object"},
        {"data.pick", R"j({"value":{},"fields":[1]})j",
         "invalid_parameters: the parameters of data.pick are wrong: `fields` must be a list of "
         "names"},
        {"data.pick", R"j({"value":"x"})j",
         "invalid_parameters: the parameters of data.pick are wrong: `value` must be an object or "
         "a "
         "list of them; `fields` or `without` must be given, and not both"},
    });
}

TEST(DataRename, KeepsPlaces) {
    expect_each({
        {"data.rename", R"j({"value":{"a":1,"b":2},"fields":{"a":"x","z":"y"}})j",
         R"j({"value":{"x":1,"b":2}})j"},
        {"data.rename", R"j({"value":[{"a":1,"b":2}],"fields":{"a":"b","b":"a"}})j",
         R"j({"value":[{"b":1,"a":2}]})j"},
        {"data.rename", R"j({"value":{"a":1,"b":2},"fields":{"a":"b"}})j",
         "name_taken: two members would be named `b`: rename or drop the other one first "
         "(data.pick "
         "with `without`)"},
        {"data.rename", R"j({"value":{},"fields":{"a":5}})j",
         "invalid_parameters: the parameters of data.rename are wrong: `fields.a` must be the new "
         "name"},
    });
}

TEST(DataSplit, TextsAndLists) {
    expect_each({
        {"data.split", R"j({"text":"a,,b","separator":","})j", R"j({"items":["a","","b"]})j"},
        {"data.split", R"j({"text":"","separator":"; "})j", R"j({"items":[""]})j"},
        {"data.split", R"j({"items":[1,2,3],"size":2})j", R"j({"items":[[1,2],[3]]})j"},
        {"data.split", R"j({"text":"a","separator":""})j",
         "invalid_parameters: the parameters of data.split are wrong: `separator` must not be "
         "empty"},
        {"data.split", R"j({"items":[1],"size":0})j",
         "invalid_parameters: the parameters of data.split are wrong: `size` must be a whole "
         "number "
         "from 1 to 100000"},
    });
}

TEST(DataJoin, MakesOneText) {
    expect_each({
        {"data.join", R"j({"items":["a",1,true,null,1.5],"separator":" - "})j",
         R"j({"text":"a - 1 - true -  - 1.5"})j"},
        {"data.join", R"j({"items":[{"n":"x"},{"n":"y"}],"field":"n"})j", R"j({"text":"x,y"})j"},
        {"data.join", R"j({"items":["a",{}]})j",
         "not_text: items[1] is a list or an object: name its `field`, or write it as JSON before "
         "(json.format)"},
    });
}

RC_GTEST_PROP(DataSplit, JoinGivesTheTextBack, ()) {
    const auto parts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
        rc::gen::container<std::string>(rc::gen::inRange('a', 'd'))));
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "b") + part;
    auto split = run_data("data.split", Object{{"text", text}, {"separator", "b"}});
    RC_ASSERT(split.has_value());
    RC_ASSERT(
        outcome_of("data.join", Object{{"items", split->output.at("items")}, {"separator", "b"}}) ==
        to_json(Object{{"text", text}}));
}

}  // namespace
}  // namespace sluice::testing
