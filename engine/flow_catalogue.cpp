#include "engine/flow_catalogue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/definition/graph_checks.hpp"
#include "engine/definition/native.hpp"
#include "engine/model/json_text.hpp"

namespace sluice {
namespace {

constexpr std::size_t cached_programs = 1'000;

std::string_view media_type(definition::SourceFormat format) {
    return format == definition::SourceFormat::json ? "application/json" : "application/yaml";
}

definition::SourceFormat format_of(std::string_view media_type) {
    return media_type == "application/json" ? definition::SourceFormat::json
                                            : definition::SourceFormat::yaml;
}

/// Where the value at `/nodes/ID/...` stands, also when the source has its nodes in a list.
definition::SourcePosition position_of(const std::string& path,
                                       const definition::SourceMap& positions,
                                       const std::vector<std::string>& ids) {
    constexpr std::string_view nodes = "/nodes/";
    if (!path.starts_with(nodes)) return positions.value(path);
    const std::size_t end = std::min(path.find('/', nodes.size()), path.size());
    const bool by_name = positions.value(path.substr(0, end)) != positions.value("/nodes");
    const auto found = std::ranges::find(ids, path.substr(nodes.size(), end - nodes.size()));
    if (by_name || found == ids.end()) return positions.value(path);
    return positions.value(std::string(nodes) + std::to_string(found - ids.begin()) +
                           path.substr(end));
}

/// Every text of code that the flow has.
std::vector<CodePlace> code_places(const FlowDefinition& definition, const NodeRegistry& registry) {
    std::vector<CodePlace> places;
    for (const CodeModule& module : definition.code)
        places.push_back({module.language,
                          {module.text, module.name},
                          "/code/" + std::string(to_word(module.language)) + "/" + module.name});
    for (const Node& node : definition.graph.nodes) {
        const auto type = registry.find(node.type);
        if (type == nullptr || !type->language || !node.with.is_object()) continue;
        const Value* const code = node.with.get_object().if_contains("code");
        if (code != nullptr && code->is_string())
            places.push_back({*type->language,
                              {std::string(code->get_string()), {}},
                              definition::node_pointer(node) + "/with/code"});
    }
    return places;
}

Diagnostic diagnostic_of(const ProgramProblem& problem, Severity severity,
                         definition::SourcePosition place) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.code = problem.code;
    diagnostic.message = problem.message;
    diagnostic.path = problem.path;
    diagnostic.suggestion = problem.hint;
    diagnostic.line = place.line;
    diagnostic.column = place.column;
    return diagnostic;
}

}  // namespace

definition::FlowSource source_of(const RevisionRecord& revision) {
    return {revision.source, format_of(revision.media_type), revision.dialect};
}

void sort(Diagnostics& diagnostics) {
    std::sort(diagnostics.begin(), diagnostics.end(),
              [](const Diagnostic& left, const Diagnostic& right) {
                  return std::tie(left.line, left.column, left.code) <
                         std::tie(right.line, right.column, right.code);
              });
}

Error invalid_flow(const Diagnostics& diagnostics) {
    Array list;
    std::string first;
    for (const auto& diagnostic : diagnostics) {
        if (first.empty() && diagnostic.severity == Severity::error)
            first = diagnostic.message + " (line " + std::to_string(diagnostic.line) + ", column " +
                    std::to_string(diagnostic.column) + ")";
        list.push_back(to_value(diagnostic));
    }
    return {"invalid_flow", "the flow has problems; the first: " + first,
            Object{{"diagnostics", std::move(list)}}};
}

FlowCatalogue::FlowCatalogue(CatalogueServices services, Limits limits)
    : services_(services), limits_(limits) {
    add_dialect(std::string(definition::native_dialect),
                std::make_unique<definition::NativeFrontEnd>());
}

void FlowCatalogue::add_dialect(std::string name,
                                std::unique_ptr<const definition::FrontEnd> front_end) {
    dialects_.insert_or_assign(std::move(name), std::move(front_end));
}

ProgramIdentity FlowCatalogue::identity_of(const FlowRecord& record) const {
    return {record.id, record.number, record.revision, record.version};
}

CompiledSource FlowCatalogue::compile(const definition::FlowSource& source,
                                      ProgramIdentity identity) const {
    const auto dialect = dialects_.find(source.dialect);
    if (dialect == dialects_.end()) {
        CompiledSource unknown;
        Diagnostic& problem = unknown.diagnostics.emplace_back();
        problem.code = "unknown_dialect";
        problem.message = "this program does not know the dialect '" + source.dialect + "'";
        return unknown;
    }
    std::vector<definition::NodeTypeName> names;
    const auto types = services_.nodes.all();
    names.reserve(types.size());
    for (const auto& type : types)
        names.push_back({type->id, type->outcomes, &type->input_schema, type->composite});
    auto parsed = dialect->second->parse(source.text, source.format, names, limits_);
    if (parsed.definition.name.empty()) parsed.definition.name = identity.flow.to_string();
    CompiledSource compiled;
    compiled.diagnostics = std::move(parsed.diagnostics);
    std::vector<std::string> ids;
    ids.reserve(parsed.definition.graph.nodes.size());
    for (const Node& node : parsed.definition.graph.nodes) ids.push_back(node.id);
    compiled.code = code_places(parsed.definition, services_.nodes);
    for (auto& place : compiled.code)
        place.position = position_of(place.path, parsed.positions, ids);
    // Expressions are compiled also when the language has problems, so that all of them are told at
    // once.
    auto program = Program::compile(std::move(parsed.definition), services_.nodes, identity,
                                    limits_, services_.secrets);
    const auto tell = [&](const std::vector<ProgramProblem>& problems, Severity severity) {
        for (const auto& problem : problems) {
            if (problem.code == "unknown_node_type" || problem.code == "invalid_schema")
                continue;  // told already
            const auto position = position_of(problem.path, parsed.positions, ids);
            compiled.diagnostics.push_back(
                diagnostic_of(problem, severity,
                              definition::position_inside(source.text, position, problem.offset)));
        }
    };
    if (program)
        tell((*program)->warnings(), Severity::warning);
    else
        tell(program.error(), Severity::error);
    sort(compiled.diagnostics);
    if (!has_errors(compiled.diagnostics) && program) compiled.program = std::move(*program);
    return compiled;
}

task<void> FlowCatalogue::load() {
    const auto records = co_await services_.records.flows();
    for (const auto& record : records) {
        auto flow = std::make_shared<Flow>();
        flow->record = record;
        if (!record.deleted) {
            const auto revision = co_await services_.records.revision(record.revision);
            if (revision) {
                auto compiled = compile(source_of(*revision), identity_of(record));
                flow->dialect = revision->dialect;
                flow->program = std::move(compiled.program);
                flow->diagnostics = std::move(compiled.diagnostics);
            }
            numbers_[record.id] = record.number;
            if (flow->program) webhooks_.replace(record.number, flow->program);
        }
        flows_[record.number] = std::move(flow);
    }
}

std::shared_ptr<const Flow> FlowCatalogue::adopt(FlowRecord record, FlowDefinition definition,
                                                 std::string dialect) {
    auto flow = std::make_shared<Flow>();
    flow->dialect = std::move(dialect);
    // The identity is known only now, after the store has numbered the revision; the source
    // compiled before.
    auto program = Program::compile(std::move(definition), services_.nodes, identity_of(record),
                                    limits_, services_.secrets);
    if (!program)
        throw ErrorException(
            Error{"internal_error", "a flow that compiled does not compile again", {}});
    flow->program = std::move(*program);
    const auto number = record.number;
    numbers_[record.id] = number;
    flow->record = std::move(record);
    webhooks_.replace(number, flow->program);
    flows_[number] = flow;
    return flow;
}

task<bool> FlowCatalogue::is_stored(std::shared_ptr<const Flow> flow,
                                    const definition::FlowSource& source) const {
    if (flow->record.deleted) co_return false;
    const auto newest = co_await services_.records.revision(flow->record.revision);
    co_return newest && newest->source == source.text && newest->dialect == source.dialect &&
        newest->media_type == media_type(source.format);
}

task<result<std::shared_ptr<const Flow>>> FlowCatalogue::create(definition::FlowSource source) {
    ProgramIdentity identity;
    identity.flow = services_.ids.next();
    auto judged = co_await judge(source, identity);
    if (judged.program == nullptr) co_return invalid_flow(judged.diagnostics);
    const auto turn = co_await changes_.lock();
    co_return co_await store_new(identity.flow, std::move(source), std::move(judged.program));
}

task<result<std::shared_ptr<const Flow>>> FlowCatalogue::store_new(
    Uuid id, definition::FlowSource source, std::shared_ptr<const Program> program) {
    const auto& definition = program->definition();
    if (const auto free = webhooks_.check(0, definition.webhooks); !free) co_return free.error();
    FlowRecord record;
    record.id = id;
    record.name = definition.name;
    record.flow_namespace = definition.flow_namespace;
    record.labels = definition.labels;
    record.created = record.updated = services_.clock.wall();
    RevisionRecord revision;
    revision.dialect = source.dialect;
    revision.media_type = media_type(source.format);
    revision.source = std::move(source.text);
    revision.created = record.created;
    auto stored = co_await services_.records.create_flow(std::move(record), std::move(revision));
    if (!stored) co_return stored.error();
    co_return adopt(std::move(*stored), definition, std::move(source.dialect));
}

task<result<std::shared_ptr<const Flow>>> FlowCatalogue::replace(
    Uuid id, definition::FlowSource source, std::optional<std::uint32_t> expected_version) {
    auto known = find(id);
    if (known == nullptr)
        co_return Error{"flow_not_found", "there is no flow " + id.to_string(), {}};
    const auto identity = identity_of(known->record);
    const bool stored = co_await is_stored(known, source);
    auto judged = stored ? compile(source, identity) : co_await judge(source, identity);
    if (judged.program == nullptr) co_return invalid_flow(judged.diagnostics);
    const auto turn = co_await changes_.lock();
    known = find(id);
    if (known == nullptr)
        co_return Error{"flow_not_found", "there is no flow " + id.to_string(), {}};
    co_return co_await store_next(std::move(known), std::move(source), std::move(judged.program),
                                  expected_version);
}

task<result<std::shared_ptr<const Flow>>> FlowCatalogue::store_next(
    std::shared_ptr<const Flow> known, definition::FlowSource source,
    std::shared_ptr<const Program> program, std::optional<std::uint32_t> expected_version) {
    const auto& definition = program->definition();
    if (const auto free = webhooks_.check(known->record.number, definition.webhooks); !free)
        co_return free.error();
    if ((!expected_version || *expected_version == known->record.version) &&
        co_await is_stored(known, source))
        co_return known;
    FlowRecord record = known->record;
    record.name = definition.name;
    record.flow_namespace = definition.flow_namespace;
    record.labels = definition.labels;
    RevisionRecord revision;
    revision.dialect = source.dialect;
    revision.media_type = media_type(source.format);
    revision.source = std::move(source.text);
    revision.created = services_.clock.wall();
    auto stored = co_await services_.records.add_revision(std::move(record), std::move(revision),
                                                          expected_version);
    if (!stored) co_return stored.error();
    co_return adopt(std::move(*stored), definition, std::move(source.dialect));
}

task<result<std::shared_ptr<const Flow>>> FlowCatalogue::put(definition::FlowSource source) {
    ProgramIdentity identity;
    identity.flow = services_.ids.next();
    auto judged = compile(source, identity);
    if (judged.program != nullptr) {
        const auto& definition = judged.program->definition();
        const auto known = find_by_name(definition.flow_namespace, definition.name);
        // What is stored already was judged when it came.
        if (known == nullptr || !co_await is_stored(known, source))
            judged = co_await judge(source, identity);
    }
    if (judged.program == nullptr) co_return invalid_flow(judged.diagnostics);
    const auto turn = co_await changes_.lock();
    const auto& definition = judged.program->definition();
    if (auto known = find_by_name(definition.flow_namespace, definition.name))
        co_return co_await store_next(std::move(known), std::move(source),
                                      std::move(judged.program), std::nullopt);
    co_return co_await store_new(identity.flow, std::move(source), std::move(judged.program));
}

task<result<std::shared_ptr<const Flow>>> FlowCatalogue::put(Uuid id,
                                                             definition::FlowSource source) {
    ProgramIdentity identity;
    identity.flow = id;
    auto judged = co_await judge(source, identity);
    if (judged.program == nullptr) co_return invalid_flow(judged.diagnostics);
    const auto turn = co_await changes_.lock();
    auto known = find(id);
    if (known == nullptr) known = find_deleted(id);
    if (known != nullptr)
        co_return co_await store_next(std::move(known), std::move(source),
                                      std::move(judged.program), std::nullopt);
    co_return co_await store_new(id, std::move(source), std::move(judged.program));
}

task<result<void>> FlowCatalogue::remove(Uuid id) {
    const auto turn = co_await changes_.lock();
    auto stored = co_await services_.records.delete_flow(id, services_.clock.wall());
    if (!stored) co_return stored.error();
    const auto number = stored->number;
    auto gone = std::make_shared<Flow>(*flows_[number]);
    gone->record = std::move(*stored);
    webhooks_.remove(number);
    numbers_.erase(id);
    flows_[number] = std::move(gone);
    co_return result<void>{};
}

std::shared_ptr<const Flow> FlowCatalogue::find(const Uuid& id) const {
    const auto number = numbers_.find(id);
    return number == numbers_.end() ? nullptr : find_by_number(number->second);
}

std::shared_ptr<const Flow> FlowCatalogue::find_deleted(const Uuid& id) const {
    for (const auto& [number, flow] : flows_)
        if (flow->record.deleted && flow->record.id == id) return flow;
    return nullptr;
}

std::shared_ptr<const Flow> FlowCatalogue::find_by_number(std::int64_t number) const {
    const auto found = flows_.find(number);
    return found == flows_.end() ? nullptr : found->second;
}

std::shared_ptr<const Flow> FlowCatalogue::find_by_name(std::string_view flow_namespace,
                                                        std::string_view name) const {
    for (const auto& [number, flow] : flows_)
        if (!flow->record.deleted && flow->record.name == name &&
            flow->record.flow_namespace == flow_namespace)
            return flow;
    return nullptr;
}

std::vector<std::shared_ptr<const Flow>> FlowCatalogue::all() const {
    std::vector<std::shared_ptr<const Flow>> flows;
    for (const auto& [number, flow] : flows_)
        if (!flow->record.deleted) flows.push_back(flow);
    return flows;
}

task<std::shared_ptr<const Program>> FlowCatalogue::program(std::int64_t revision_number) {
    const auto cached = programs_.find(revision_number);
    if (cached != programs_.end()) co_return cached->second;
    const auto revision = co_await services_.records.revision(revision_number);
    if (!revision) co_return nullptr;
    const auto flow = find_by_number(revision->flow);
    if (flow == nullptr) co_return nullptr;
    auto program = flow->program;
    if (program == nullptr || program->identity().revision_number != revision_number) {
        ProgramIdentity identity = identity_of(flow->record);
        identity.revision_number = revision_number;
        identity.version = revision->version;
        program = compile(source_of(*revision), identity).program;
    }
    // The newest too: recovery asks for it a hundred thousand times.
    if (programs_.size() >= cached_programs) programs_.clear();
    programs_[revision_number] = program;
    co_return program;
}

}  // namespace sluice
