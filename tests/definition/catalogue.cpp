#include "tests/definition/catalogue.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/json/parse.hpp>

namespace sluice::definition {

const std::vector<NodeTypeName>& test_catalogue() {
    static const Value log = boost::json::parse(R"({
        "type": "object", "required": ["message"], "additionalProperties": false,
        "properties": {"message": {"type": "string"}, "level": {"enum": ["debug", "info", "warn", "error"]}}})");
    static const Value condition = boost::json::parse(R"({
        "type": "object", "required": ["condition"], "additionalProperties": false, "properties": {"condition": {}}})");
    static const Value request = boost::json::parse(R"({
        "type": "object", "required": ["url"], "additionalProperties": false,
        "properties": {
            "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]},
            "url": {"type": "string"}, "headers": {"type": "object"}, "query": {"type": "object"},
            "json": {}, "form": {"type": "object"}, "body": {"type": "string"},
            "timeout": {"type": "string"}, "max_response_bytes": {"type": "integer", "minimum": 1},
            "fail_on_status": {"type": "boolean"}}})");
    static const Value respond = boost::json::parse(R"({
        "type": "object", "additionalProperties": false,
        "properties": {"status": {"type": "integer", "minimum": 100, "maximum": 599}, "headers": {"type": "object"}, "body": {}}})");
    static const std::vector<NodeTypeName> catalogue{
        {"code.javascript", {"success"}, nullptr},
        {"code.python", {"success"}, nullptr},
        {"core.set", {"success"}, nullptr},
        {"core.log", {"success"}, &log},
        {"core.fail", {"success"}, nullptr},
        {"flow.if", {"true", "false"}, &condition},
        {"flow.switch", {}, nullptr},
        {"flow.delay", {"success"}, nullptr},
        {"flow.approval", {"approved", "rejected", "timeout"}, nullptr},
        {"flow.wait", {"received", "timeout"}, nullptr},
        {"http.request", {"success"}, &request},
        {"http.respond", {"success"}, &respond},
        {"kv.compare_and_set", {"success", "conflict"}, nullptr},
        {"kv.delete", {"success"}, nullptr},
        {"kv.get", {"success"}, nullptr},
        {"kv.increment", {"success"}, nullptr},
        {"kv.set", {"success"}, nullptr},
        {"shell.exec", {"success"}, nullptr},
        {"flow.each", {"success"}, nullptr, Composite::each},
        {"flow.while", {"success"}, nullptr, Composite::loop_while},
        {"flow.until", {"success"}, nullptr, Composite::loop_until},
        {"flow.parallel", {"success"}, nullptr, Composite::parallel},
        {"flow.try", {"success", "caught"}, nullptr, Composite::attempt},
        {"flow.return", {"success"}, nullptr},
        {"vars.set", {"success"}, nullptr},
        // The data nodes that pages of the documentation show.
        {"csv.parse", {"success"}, nullptr},
        {"csv.format", {"success"}, nullptr},
        {"data.unique", {"success"}, nullptr},
        {"data.aggregate", {"success"}, nullptr},
        {"data.filter", {"success"}, nullptr},
        {"data.sort", {"success"}, nullptr},
    };
    return catalogue;
}

ParsedFlow parse_yaml(std::string_view source, const Limits& limits) {
    return parse_native(source, SourceFormat::yaml, test_catalogue(), limits);
}

std::string describe(const Diagnostics& diagnostics) {
    std::string text;
    for (const auto& one : diagnostics)
        text += one.code + ' ' + std::to_string(one.line) + ':' + std::to_string(one.column) + ' ' +
                one.path + " | " + one.message + " | " + one.suggestion + '\n';
    return text;
}

const Diagnostic* find(const Diagnostics& diagnostics, std::string_view code) {
    for (const auto& one : diagnostics)
        if (one.code == code) return &one;
    return nullptr;
}

std::string read_source_file(std::string_view path) {
    const std::string whole = std::string(SLUICE_SOURCE_ROOT) + '/' + std::string(path);
    std::ifstream file(whole, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + whole);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sluice::definition
