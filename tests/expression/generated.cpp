#include "tests/expression/generated.hpp"

namespace sluice::expression::test {

std::string Generator::value(int depth) {
    switch (below(depth > 0 ? 12 : 9)) {
        case 0:
            return one_of("null", "true", "false");
        case 1:
            return std::to_string(static_cast<int>(below(21)) - 10);
        case 2:
            return one_of("0.5", "-0.1", "1e21", "1.5e-7", "123456789", "2147483648", "99.995",
                          "1e300", "4.35");
        case 3:
        case 4:
            return one_of(R"("")", R"("a")", R"("abc")", R"("12")", R"(" 7 ")", R"("a,b,,c")",
                          R"("Grüße")", R"("a😀b")", R"("2024-02-29T12:30:00Z")", R"("x1y22")",
                          R"("true")", R"("\n\u2028")", R"("__proto__")", R"("İstanbul ẞ")",
                          R"("foo bar")");
        case 5:
            return one_of(R"([3,1,2])", R"(["b","a","c"])", R"([])", R"([[1,2],[3,[4]]])",
                          R"([1,"1",null,true,{"k":1}])");
        case 6:
            return R"([{"id":1,"n":"x","p":2.5},{"id":2,"n":"y","p":12},{"id":3,"n":"z","p":12}])";
        case 7:
            return R"({"b":1,"2":"two","a":null,"1":[1]})";
        case 8:
            return R"({"length":2,"0":"p","toString":1})";
        case 9:
        case 10: {
            std::string list = "[";
            for (std::uint32_t i = below(4); i > 0; --i)
                list += value(depth - 1) + (i > 1 ? "," : "");
            return list + "]";
        }
        default: {
            std::string object = "{";
            for (std::uint32_t i = below(4); i > 0; --i)
                object += "\"" + one_of("a", "b", "c", "id", "x y") + std::to_string(i) +
                          "\":" + value(depth - 1) + (i > 1 ? "," : "");
            return object + "}";
        }
    }
}

std::string Generator::scope() {
    std::string result = "{\"input\":{";
    for (const char field : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})
        result += std::string(field == 'a' ? "\"" : ",\"") + field + "\":" + value(2);
    return result + "},\"item\":" + value(1) + ",\"index\":" + std::to_string(below(5)) + "}";
}

std::string Generator::name() {
    return one_of("a", "b", "c", "id", "n", "p", "length", "k", "x y1", "2");
}

std::string Generator::path() {
    std::string result =
        locals_ > 0 && below(3) != 0
            ? "x" + std::to_string(below(static_cast<std::uint32_t>(locals_)))
            : one_of("input.", "input.", "input?.") + static_cast<char>('a' + below(8));
    if (below(12) == 0) result = one_of("item", "index", "input");
    for (std::uint32_t i = below(3); i > 0; --i) {
        result += one_of(".id", ".n", ".p", "?.a", "[0]", "?.[1]", ".length", "?.b", "[2]",
                         "?.['k']", "?.at?.(0)");
    }
    return result;
}

std::string Generator::regex() {
    return one_of("/a/", "/[a-c]+/g", "/\\d+/g", "/(\\w)(\\d)?/", "/\\s*,\\s*/",
                  "/(?<l>[a-z])(?<d>\\d)?/g", "/^.|.$/g", "/b|(?:)/g", "/[^a-z]/gi",
                  "/(a|ab)(c|bcd)?/", "/x*/g", "/\\bfoo\\b/i", "/./gu", "/(?:1|2)+?/g", "/$/m",
                  "/[\\s\\S]/", "/(.)(.)/s", "/\\w+\\b/g", "/ü|ß/g", "/\\D{2,3}/");
}

std::string Generator::arrow(int depth, int parameters) {
    const int outer = locals_;
    std::string head;
    const std::string first = "x" + std::to_string(locals_);
    switch (below(8)) {
        case 0:
            head = "([" + first + " = 1, x" + std::to_string(locals_ + 1) + "] = [])";
            locals_ += 2;
            break;
        case 1:
            head = "({id: " + first + ", ...x" + std::to_string(locals_ + 1) + "})";
            locals_ += 2;
            break;
        case 2:
            head = "(..." + first + ")";
            locals_ += 1;
            break;
        case 3:
            head = "(" + first + ", x" + std::to_string(locals_ + 1) + " = " + first + ")";
            locals_ += 2;
            break;
        default:
            if (parameters == 1) {
                head = first;
                locals_ += 1;
            } else {
                head = "(" + first + ", x" + std::to_string(locals_ + 1) + ")";
                locals_ += 2;
            }
    }
    std::string body = any(depth - 1);
    if (body.starts_with("{")) body = "(" + body + ")";
    locals_ = outer;
    return head + " => " + body;
}

std::string Generator::number(int depth) {
    if (depth <= 0)
        return one_of("0", "1", "-1", "2.5", "10", "0x1f", "1e21", "NaN", "-0", "Infinity", "3",
                      "1_000");
    switch (below(16)) {
        case 0:
        case 1:
            return "(" + any(depth - 1) + one_of(" + ", " - ", " * ", " / ", " % ") +
                   any(depth - 1) + ")";
        case 2:
            return "(" + any(depth - 1) + one_of(" & ", " | ", " ^ ", " << ", " >> ", " >>> ") +
                   any(depth - 1) + ")";
        case 3:
            return one_of("-", "+", "~", "- -") + "(" + any(depth - 1) + ")";
        case 4:
            return one_of("Math.floor", "Math.ceil", "Math.round", "Math.trunc", "Math.abs",
                          "Math.sign", "Math.fround", "Math.clz32", "Number", "Math.sqrt") +
                   "(" + any(depth - 1) + ")";
        case 5:
            return one_of("Math.max", "Math.min") + "(" + any(depth - 1) + ", " + any(depth - 1) +
                   ")";
        case 6:
            return one_of("parseInt", "parseFloat", "Number") + "(" + text(depth - 1) + ")";
        case 7:
            return "(" + text(depth - 1) + ")" +
                   one_of(".length", ".indexOf('a')", ".lastIndexOf('b')", ".charCodeAt(1)",
                          ".codePointAt(0)", ".search(/[b-d]/)", "?.length");
        case 8:
            return "(" + array(depth - 1) + ")" +
                   one_of(".length", ".indexOf(1)", ".lastIndexOf(1)", ".findIndex(x => x)",
                          ".findLastIndex(x => !x)");
        case 9:
            return "(" + array(depth - 1) + ").reduce((a, b) => " +
                   one_of("a + b", "a > b ? a : b", "b", "[a, b]", "`${b}`") + ", " +
                   any(depth - 2) + ")";
        case 10:
            return date(depth - 1) + one_of(".getTime()", ".getDay()", ".getMonth()",
                                            ".getUTCHours()", ".getFullYear()", ".valueOf()",
                                            ".getTimezoneOffset()");
        case 11:
            return "(" + number(depth - 1) + " ** " + one_of("0", "1", "2") + ")";
        case 12:
            return "Math.imul(" + any(depth - 1) + ", " + number(depth - 1) + ")";
        default:
            return one_of("1", "2", "7", "0.5", "-3", "input.a", "index");
    }
}

std::string Generator::text(int depth) {
    if (depth <= 0)
        return one_of("''", "'abc'", "\"x1y22\"", "'a,b'", "'é😀'", "`t`", "' 1 '", "'2024-02-29'",
                      "'foo bar'", "'Straße'");
    switch (below(18)) {
        case 0:
            return "String(" + any(depth - 1) + ")";
        case 1:
            return "`" + one_of("", "a", "-") + "${" + any(depth - 1) + "}" + one_of("", "z") + "`";
        case 2:
            return "(" + text(depth - 1) + " + " + any(depth - 1) + ")";
        case 3:
            return "(" + text(depth - 1) + ")" +
                   one_of(".toUpperCase()", ".toLowerCase()", ".trim()", ".trimStart()",
                          ".trimEnd()", ".toString()", ".normalize()");
        case 4:
            return "(" + text(depth - 1) + ")." +
                   one_of("slice", "substring", "substr", "at", "charAt") + "(" +
                   number(depth - 2) + ")";
        case 5:
            return "(" + text(depth - 1) + ")." +
                   one_of("slice", "substring", "substr", "padStart", "padEnd") + "(" +
                   one_of("0", "1", "-2", "5", "NaN") + ", " +
                   one_of("1", "3", "-1", "'ab'", "undefined") + ")";
        case 6:
            return "(" + text(depth - 1) + ").replace(" + regex() + ", " +
                   one_of("'-'", "'$1$&'", "'$$'", "'[$`]'", "'$<l>$2'", "m => m + 1",
                          "(m, g, i) => `${g}${i}`", "''") +
                   ")";
        case 7:
            return "(" + text(depth - 1) + ").replaceAll(" +
                   one_of("'a'", "''", "'b'", "/[ab]/g", "/x*/g", "/\\d/g") + ", " +
                   one_of("'-'", "'$&$&'", "m => m.length", "(m, i) => i", "'$\\''") + ")";
        case 8:
            return "(" + array(depth - 1) + ").join(" +
                   one_of("", "'-'", "''", "null", "undefined", "','") + ")";
        case 9:
            return "JSON.stringify(" + any(depth - 1) +
                   one_of("", "", ", null, 2", ", ['id', 'a']", ", null, '-'") + ")";
        case 10:
            return "(" + number(depth - 1) + ")" +
                   one_of(".toString()", ".toFixed(2)", ".toFixed()", ".toPrecision(3)",
                          ".toExponential(2)", ".toString(16)", ".toString(2)", ".toPrecision(12)",
                          ".toExponential()");
        case 11:
            return one_of("encodeURIComponent", "encodeURI", "decodeURIComponent", "btoa", "atob") +
                   "(" + text(depth - 1) + ")";
        case 12:
            return "typeof " + path();
        case 13:
            return "(" + text(depth - 1) + ").repeat(" + one_of("0", "1", "2", "3.7") + ")";
        case 14:
            return date(depth - 1) +
                   one_of(".toISOString()", ".toJSON()", ".toISOString().slice(0, 10)");
        case 15:
            return "(" + text(depth - 1) + ").concat(" + any(depth - 1) + ")";
        default:
            return one_of("'abc'", "input.b", "input.c", "'a1'", "''");
    }
}

std::string Generator::boolean(int depth) {
    if (depth <= 0) return one_of("true", "false", "input.a", "!input.b");
    switch (below(12)) {
        case 0:
        case 1:
            return "(" + any(depth - 1) + one_of(" < ", " <= ", " > ", " >= ") + any(depth - 1) +
                   ")";
        case 2:
        case 3:
            return "(" + any(depth - 1) + one_of(" == ", " != ", " === ", " !== ") +
                   any(depth - 1) + ")";
        case 4:
            return "!(" + any(depth - 1) + ")";
        case 5:
            return one_of("Array.isArray", "Number.isInteger", "isNaN", "Number.isFinite",
                          "Boolean", "Number.isSafeInteger", "isFinite", "Number.isNaN") +
                   "(" + any(depth - 1) + ")";
        case 6:
            return "(" + text(depth - 1) + ")." + one_of("includes", "startsWith", "endsWith") +
                   "(" + text(depth - 2) + ")";
        case 7:
            return "(" + array(depth - 1) + ")." + one_of("some", "every") + "(" +
                   arrow(depth - 1, 1) + ")";
        case 8:
            return regex() + ".test(" + any(depth - 1) + ")";
        case 9:
            return "(" + one_of("'a'", "0", "'length'", "'id'", "'toString'") + " in " +
                   (below(2) == 0 ? object(depth - 1) : array(depth - 1)) + ")";
        case 10:
            return one_of("Object.is(", "Object.hasOwn(") + any(depth - 1) + ", " + any(depth - 1) +
                   ")";
        default:
            return "(" + array(depth - 1) + ").includes(" + any(depth - 1) + ")";
    }
}

std::string Generator::array(int depth) {
    if (depth <= 0)
        return one_of("[]", "[1, 2, 3]", "['b', 'a']", "[3, 1, 2]", "[null, undefined, 0]",
                      "[[1], [2, 3]]", "input.d", "input.e");
    switch (below(18)) {
        case 0:
        case 1: {
            std::string list = "[";
            for (std::uint32_t i = below(4); i > 0; --i)
                list += (below(5) == 0 ? "..." : "") + any(depth - 1) + (i > 1 ? ", " : "");
            return list + "]";
        }
        case 2:
            return "(" + array(depth - 1) + ").map(" + arrow(depth - 1, 2) + ")";
        case 3:
            return "(" + array(depth - 1) + ").filter(" + arrow(depth - 1, 1) + ")";
        case 4:
            return "(" + array(depth - 1) + ").flatMap(" + arrow(depth - 1, 1) + ")";
        case 5:
            return "(" + array(depth - 1) + ")" +
                   one_of(".slice(1)", ".slice(-2, -1)", ".concat(1, [2])", ".flat()", ".flat(2)",
                          ".toReversed()", ".with(0, 9)", ".toSpliced(1, 1, 'n')", ".slice()");
        case 6:
            // Without the plus, SpiderMonkey takes it for a sort by number and converts elements
            // that it does not compare, against the standard.
            return "(" + array(depth - 1) + ").toSorted(" +
                   one_of("", "(a, b) => +(a - b)", "(a, b) => +(b - a)", "(a, b) => a.id - b.id",
                          "(a, b) => a < b ? -1 : a > b ? 1 : 0") +
                   ")";
        case 7:
            return "[..." + array(depth - 1) + "]" +
                   one_of(".sort()", ".reverse()", ".sort((a, b) => +(b - a))");
        case 8:
            return one_of("Object.keys", "Object.values", "Object.entries") + "(" + any(depth - 1) +
                   ")";
        case 9:
            return "(" + text(depth - 1) + ").split(" +
                   one_of("','", "''", "' '", "/[,\\s]/", "/(\\d)/", "/x*/", "/(?:)/", "") + ")";
        case 10:
            return "(" + text(depth - 1) + ").match(" + regex() + ")";
        case 11:
            return "[...(" + text(depth - 1) + ").matchAll(" +
                   one_of("/[a-z](\\d)?/g", "/(?<c>.)/gu", "/\\b/g", "/[ab]|(?:)/g") + ")]" +
                   one_of("", ".map(m => m.index)", ".map(m => m[1])");
        case 12:
            return "Array.from(" + any(depth - 1) + one_of("", ", (x, i) => i", ", String") + ")";
        case 13:
            return "[..." + array(depth - 1) + one_of(".entries()", ".keys()", ".values()") + "]";
        case 14:
            return "[..." + text(depth - 1) + "]";
        case 15:
            return "Array.from({length: " + one_of("0", "2", "3", "'2'") + "}, " +
                   arrow(depth - 1, 2) + ")";
        default:
            return one_of("input.d", "input.e", "input.f", "[1, 'a', null]", "[10, 9, 1]",
                          "['x1', 'y22']");
    }
}

std::string Generator::object(int depth) {
    if (depth <= 0)
        return one_of("({})", "({a: 1})", "({b: 1, 2: 'x', a: null})", "input.g", "input.h",
                      "input");
    switch (below(8)) {
        case 0:
        case 1:
        case 2: {
            std::string result = "({";
            for (std::uint32_t i = below(4); i > 0; --i) {
                switch (below(5)) {
                    case 0:
                        result += "..." + any(depth - 1);
                        break;
                    case 1:
                        result += "[" + any(depth - 2) + "]: " + any(depth - 1);
                        break;
                    case 2:
                        result += one_of("item", "index");
                        break;
                    default:
                        result +=
                            one_of("a", "b", "id", "1", "'x y'", "length") + ": " + any(depth - 1);
                }
                if (i > 1) result += ", ";
            }
            return result + "})";
        }
        case 3:
            return "Object.fromEntries(Object.entries(" + any(depth - 1) + ")" +
                   one_of("", ".map(([k, v]) => [v, k])", ".filter(([k]) => k > 'a')") + ")";
        case 4:
            return "Object.assign({}, " + any(depth - 1) + ", " + any(depth - 1) + ")";
        case 5:
            return "Object.groupBy(" + array(depth - 1) + ", " + arrow(depth - 1, 1) + ")";
        case 6:
            return "JSON.parse(" + text(depth - 1) + ")";
        default:
            return one_of("input.g", "input.h", "item", "({a: [1]})");
    }
}

std::string Generator::date(int depth) {
    switch (below(5)) {
        case 0:
            return "new Date(" + number(depth - 1) + ")";
        case 1:
            return "new Date(" +
                   one_of("2024, 0, 31", "1999, 11, 31, 23, 59, 60", "2024, 1, 30", "99, 1",
                          "-1, 0", "2024, 13, -5, 30") +
                   ")";
        case 2:
            return "new Date('" +
                   one_of("2024-02-29", "2024-02-29T12:30", "2024-12-31T23:59:59.999Z",
                          "1969-07-20T20:17:40+02:00", "2024") +
                   "')";
        case 3:
            return "new Date(" + any(depth - 1) + ")";
        default:
            return "new Date(0)";
    }
}

std::string Generator::any(int depth) {
    if (depth <= 0)
        return one_of("1", "'a'", "null", "undefined", "true", "input.a", "input.b", "[]", "({})",
                      "index", "2.5", "'12'");
    switch (below(14)) {
        case 0:
        case 1:
            return number(depth);
        case 2:
        case 3:
            return text(depth);
        case 4:
            return boolean(depth);
        case 5:
        case 6:
            return array(depth);
        case 7:
            return object(depth);
        case 8:
            return "(" + boolean(depth - 1) + " ? " + any(depth - 1) + " : " + any(depth - 1) + ")";
        case 9:
            return "((" + any(depth - 1) + ")" + one_of(" && ", " || ", " ?? ") + "(" +
                   any(depth - 1) + "))";
        case 10:
            return "(" + array(depth - 1) + ")" +
                   one_of(".find(x => x)", ".findLast(x => x)", ".at(-1)", "[0]", "?.[1]",
                          ".reduceRight((a, b) => b, 0)");
        case 11:
            return "(" + any(depth - 1) + ")" +
                   one_of("?.a", "?.id", "?.[0]", "?.length", "?.toString?.()", "?.b.c");
        case 12:
            return below(6) == 0 ? date(depth - 1) : path();
        default:
            return path();
    }
}

}  // namespace sluice::expression::test
