#include "engine/expression/refused_names.hpp"

#include <algorithm>
#include <utility>

namespace sluice::expression {

namespace {

using Hint = std::pair<std::string_view, std::string_view>;

constexpr Hint name_hints[] = {
    {"secrets", "secrets are not available in this version; use env"},
    {"window", "there is no browser; an expression begins with input, nodes, vars ..."},
    {"process", "the environment is `env`"},
    {"require", "modules are not available; a code node can do this"},
    {"console", "use a log node"},
    {"fetch", "use an http.request node"},
    {"RegExp", "regular expressions are not available in this version; a code node can do this"},
    {"Date", "of dates, expressions know Date.now(); a code node can do the rest"},
    {"Math.random", "it would answer differently every time; a code node can do this"},
    {"Math.PI", "write 3.141592653589793"},
    {"Math.E", "write 2.718281828459045"},
    {"Number.MAX_SAFE_INTEGER", "write 9007199254740991"},
    {"Object.assign", "write {...a, ...b}"},
    {"Number.isNaN", "write isNaN(value)"},
    {"Number.parseInt", "write parseInt(value, 10)"},
    {"Number.parseFloat", "write parseFloat(value)"},
    {"isFinite", "write Number.isFinite(Number(value))"},
};

constexpr Hint method_hints[] = {
    {"push", "it changes the array; write [...array, value] or array.concat(value)"},
    {"pop", "it changes the array; write array.at(-1) or array.slice(0, -1)"},
    {"shift", "it changes the array; write array[0] or array.slice(1)"},
    {"unshift", "it changes the array; write [value, ...array]"},
    {"splice", "it changes the array; use slice and concat"},
    {"reverse", "it changes the array; use toReversed()"},
    {"sort", "it changes the array; a code node can sort"},
    {"toSorted", "not available in this version; a code node can sort"},
    {"forEach", "it gives nothing; use map"},
    {"flatMap", "write array.map(...).flat()"},
    {"match", "regular expressions are not available in this version; use includes or indexOf"},
    {"matchAll", "regular expressions are not available in this version; use includes or indexOf"},
    {"search", "regular expressions are not available in this version; use indexOf"},
    {"test", "regular expressions are not available in this version; use includes or indexOf"},
    {"exec", "regular expressions are not available in this version; use includes or indexOf"},
    {"substr", "write text.slice(begin, end)"},
    {"toString", "write String(value)"},
    {"hasOwnProperty", "write \"key\" in object"},
    {"trimLeft", "write trimStart()"},
    {"trimRight", "write trimEnd()"},
};

constexpr std::string_view object_names[] = {
    "__defineGetter__", "__defineSetter__", "__lookupGetter__",
    "__lookupSetter__", "__proto__",        "constructor",
    "hasOwnProperty",   "isPrototypeOf",    "propertyIsEnumerable",
    "toLocaleString",   "toString",         "valueOf"};

constexpr std::string_view string_names[] = {"anchor",
                                             "at",
                                             "big",
                                             "blink",
                                             "bold",
                                             "charAt",
                                             "charCodeAt",
                                             "codePointAt",
                                             "concat",
                                             "endsWith",
                                             "fixed",
                                             "fontcolor",
                                             "fontsize",
                                             "includes",
                                             "indexOf",
                                             "isWellFormed",
                                             "italics",
                                             "lastIndexOf",
                                             "link",
                                             "localeCompare",
                                             "match",
                                             "matchAll",
                                             "normalize",
                                             "padEnd",
                                             "padStart",
                                             "repeat",
                                             "replace",
                                             "replaceAll",
                                             "search",
                                             "slice",
                                             "small",
                                             "split",
                                             "startsWith",
                                             "strike",
                                             "sub",
                                             "substr",
                                             "substring",
                                             "sup",
                                             "toLocaleLowerCase",
                                             "toLocaleUpperCase",
                                             "toLowerCase",
                                             "toUpperCase",
                                             "toWellFormed",
                                             "trim",
                                             "trimEnd",
                                             "trimLeft",
                                             "trimRight",
                                             "trimStart"};

constexpr std::string_view array_names[] = {
    "at",          "concat",   "copyWithin", "entries",  "every",         "fill",
    "filter",      "find",     "findIndex",  "findLast", "findLastIndex", "flat",
    "flatMap",     "forEach",  "includes",   "indexOf",  "join",          "keys",
    "lastIndexOf", "map",      "pop",        "push",     "reduce",        "reduceRight",
    "reverse",     "shift",    "slice",      "some",     "sort",          "splice",
    "toReversed",  "toSorted", "toSpliced",  "unshift",  "values",        "with"};

constexpr std::string_view number_names[] = {"toExponential", "toFixed", "toPrecision"};

template <std::size_t size>
std::string_view hint(const Hint (&hints)[size], std::string_view name) {
    const auto* const found = std::ranges::find(hints, name, &Hint::first);
    return found == std::end(hints) ? std::string_view() : found->second;
}

template <std::size_t size>
bool contains(const std::string_view (&names)[size], std::string_view name) {
    return std::ranges::find(names, name) != std::end(names);
}

}  // namespace

std::string_view hint_for_name(std::string_view name) {
    return hint(name_hints, name);
}
std::string_view hint_for_method(std::string_view name) {
    return hint(method_hints, name);
}

bool on_object_prototype(std::string_view name) {
    return contains(object_names, name);
}
bool on_string_prototype(std::string_view name) {
    return contains(string_names, name) || on_object_prototype(name);
}
bool on_array_prototype(std::string_view name) {
    return contains(array_names, name) || on_object_prototype(name);
}
bool on_number_prototype(std::string_view name) {
    return contains(number_names, name) || on_object_prototype(name);
}

}  // namespace sluice::expression
