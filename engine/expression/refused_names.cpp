#include "engine/expression/refused_names.hpp"

#include <algorithm>
#include <utility>

namespace sluice::expression {

namespace {

using Hint = std::pair<std::string_view, std::string_view>;

constexpr Hint name_hints[] = {
    {"window", "there is no browser; an expression begins with input, nodes, vars ..."},
    {"process", "the environment is `env`"},
    {"require", "modules are not available; a code node can do this"},
    {"console", "use a log node"},
    {"fetch", "use an http.request node"},
    {"RegExp", "write the regular expression between slashes: /a+/"},
    {"Date", "write new Date(...) or Date.now()"},
    {"Set", "write array.filter((item, i, all) => all.indexOf(item) === i)"},
    {"Map", "write Object.fromEntries(entries)"},
    {"Symbol", "symbols are not available"},
    {"Promise", "an expression cannot wait; use nodes"},
    {"Function", "code cannot be made from text"},
    {"eval", "code cannot be made from text"},
    {"Intl",
     "its answers are a matter of language; write numbers with toFixed, dates with toISOString"},
    {"globalThis", "there are no globals; an expression begins with input, nodes, vars ..."},
    {"structuredClone", "nothing changes here, so that nothing has to be copied"},
    {"escape", "write encodeURIComponent(value)"},
    {"unescape", "write decodeURIComponent(value)"},
    {"BigInt", "big integers are not available"},
    {"Array", "write Array.from({length: 3}, (_, i) => i)"},
    {"Object", "write {...value}"},
    {"Object.freeze", "nothing can be changed here anyway"},
    {"Object.create", "write an object literal"},
    {"Object.defineProperty", "write an object literal"},
    {"Object.getPrototypeOf", "prototypes are not available"},
    {"Object.setPrototypeOf", "prototypes are not available"},
    {"Object.getOwnPropertyNames", "write Object.keys(value)"},
    {"String.raw", "write a template literal"},
    {"Math.random", "it would answer differently every time; a code node can do this"},
};

constexpr Hint method_hints[] = {
    {"push", "it changes the array; write [...array, value] or array.concat(value)"},
    {"pop", "it changes the array; write array.at(-1) or array.slice(0, -1)"},
    {"shift", "it changes the array; write array[0] or array.slice(1)"},
    {"unshift", "it changes the array; write [value, ...array]"},
    {"splice", "it changes the array; use slice and concat"},
    {"forEach", "it gives nothing; use map"},
    {"fill", "it changes the array; write Array.from({length: 3}, () => value)"},
    {"copyWithin", "it changes the array; use slice and concat"},
    {"localeCompare", "its answers are a matter of language; compare with < and >"},
    {"toLocaleString", "its answers are a matter of language; write toFixed or toISOString"},
    {"toLocaleDateString",
     "its answers are a matter of language; write toISOString().slice(0, 10)"},
    {"toLocaleTimeString",
     "its answers are a matter of language; write toISOString().slice(11, 19)"},
    {"toLocaleUpperCase", "write toUpperCase()"},
    {"toLocaleLowerCase", "write toLowerCase()"},
    {"toDateString", "write toISOString().slice(0, 10)"},
    {"toUTCString", "write toISOString()"},
    {"setDate", "it changes the date; write new Date(date.getTime() + 86400000)"},
    {"setTime", "it changes the date; write new Date(...)"},
    {"constructor", "prototypes are not available"},
    {"call", "write the call itself"},
    {"apply", "write the call itself, with ...arguments"},
    {"bind", "write an arrow function"},
    {"then", "an expression cannot wait; use nodes"},
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
bool on_date_prototype(std::string_view name) {
    return name.starts_with("get") || name.starts_with("set") || name.starts_with("to") ||
           on_object_prototype(name);
}
bool on_number_prototype(std::string_view name) {
    return contains(number_names, name) || on_object_prototype(name);
}

}  // namespace sluice::expression
