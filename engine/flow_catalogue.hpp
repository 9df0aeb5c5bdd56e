#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/async/mutex.hpp"
#include "engine/definition/document.hpp"
#include "engine/model/diagnostic.hpp"
#include "engine/nodes/registry.hpp"
#include "engine/nodes/script_runner.hpp"
#include "engine/run/program.hpp"
#include "engine/run/records.hpp"
#include "engine/triggers/webhook_table.hpp"

namespace sluice {

/// A flow that can be started: its record and its newest revision, compiled.
struct Flow {
    FlowRecord record;
    std::shared_ptr<const Program> program;  ///< null when the stored source no longer compiles
    Diagnostics diagnostics;                 ///< why it does not
};

/// A text of code in a source.
struct CodePlace {
    CodeLanguage language = CodeLanguage::javascript;
    ScriptText text;
    std::string path;                          ///< of the value, as in diagnostics
    definition::SourcePosition position = {};  ///< where the value stands
};

/// A source text, judged.
struct CompiledSource {
    std::shared_ptr<const Program> program;  ///< null when `diagnostics` has errors
    Diagnostics diagnostics;
    std::vector<CodePlace> code;  ///< what only a script host can judge
};

/// The refusal of a definition: code `invalid_flow`, `details.diagnostics` lists every problem.
[[nodiscard]] Error invalid_flow(const Diagnostics& diagnostics);

/// Puts problems in the order of the source.
void sort(Diagnostics& diagnostics);

/// What the catalogue works with. All of it outlives the catalogue.
struct CatalogueServices {
    Records& records;
    const NodeRegistry& nodes;
    const Clock& clock;
    UuidGenerator& ids;
    timer_queue& timers;
    ScriptRunner* scripts = nullptr;   ///< null: code is not parsed
    const Secrets* secrets = nullptr;  ///< given: flows that read others are warned of
};

/// The flows in memory, by id, by name and by webhook key, kept in step with the store. Loop thread
/// only.
class FlowCatalogue {
  public:
    FlowCatalogue(CatalogueServices services, Limits limits)
        : services_(services), limits_(limits) {}

    /// Reads all flows of the store and compiles their newest revisions. Once, before anything
    /// else.
    task<void> load();

    /// Judges a native definition without storing it: every problem of language and expressions at
    /// once.
    [[nodiscard]] CompiledSource compile(std::string_view source, definition::SourceFormat format,
                                         ProgramIdentity identity = {}) const;

    /// As `compile`, and has the flow's code parsed (`script_syntax`, `script_disabled`). Where no
    /// host can do that now there is the warning `script_unchecked`.
    task<CompiledSource> judge(std::string source, definition::SourceFormat format) const;

    /// Stores a new flow. Errors: `invalid_flow` (details.diagnostics), `flow_name_taken`,
    /// `webhook_key_taken`, `store_full`.
    task<result<std::shared_ptr<const Flow>>> create(std::string source,
                                                     definition::SourceFormat format);
    /// Adds a revision, unless the source is the same to the byte: then nothing changes. Errors as
    /// `create`, and `flow_not_found`, `revision_conflict` when `expected_version` is given and is
    /// not the newest.
    task<result<std::shared_ptr<const Flow>>> replace(
        Uuid id, std::string source, definition::SourceFormat format,
        std::optional<std::uint32_t> expected_version);
    /// As `create`, or as `replace` when a flow of that namespace and name is there: for flows from
    /// files.
    task<result<std::shared_ptr<const Flow>>> put(std::string source,
                                                  definition::SourceFormat format);
    /// The flow can no longer be started; running executions go on. Error `flow_not_found`.
    task<result<void>> remove(Uuid id);

    [[nodiscard]] std::shared_ptr<const Flow> find(const Uuid& id) const;
    [[nodiscard]] std::shared_ptr<const Flow> find_by_number(std::int64_t number) const;
    [[nodiscard]] std::shared_ptr<const Flow> find_by_name(std::string_view flow_namespace,
                                                           std::string_view name) const;
    /// The flow that a webhook starts; nullptr when no flow has the key.
    [[nodiscard]] const WebhookTable::Entry* find_webhook(std::string_view key) const {
        return webhooks_.find(key);
    }
    /// All flows that are not deleted, in order of creation.
    [[nodiscard]] std::vector<std::shared_ptr<const Flow>> all() const;

    /// The program of any stored revision, newest or not; nullptr when there is none or it does not
    /// compile.
    task<std::shared_ptr<const Program>> program(std::int64_t revision);

  private:
    [[nodiscard]] ProgramIdentity identity_of(const FlowRecord& record) const;
    task<result<std::shared_ptr<const Flow>>> store_new(std::string source,
                                                        definition::SourceFormat format,
                                                        std::shared_ptr<const Program> program);
    task<result<std::shared_ptr<const Flow>>> store_next(
        Uuid id, std::string source, definition::SourceFormat format,
        std::shared_ptr<const Program> program, std::optional<std::uint32_t> expected_version);
    /// Has the flow's code parsed and adds what is wrong with it.
    task<void> check_code(CompiledSource& compiled, const std::string& source) const;
    task<bool> is_stored(std::shared_ptr<const Flow> flow, std::string source,
                         definition::SourceFormat format) const;
    std::shared_ptr<const Flow> adopt(FlowRecord record, FlowDefinition definition);

    CatalogueServices services_;
    Limits limits_;
    std::map<std::int64_t, std::shared_ptr<const Flow>> flows_;  // by number, deleted ones included
    std::unordered_map<Uuid, std::int64_t> numbers_;
    WebhookTable webhooks_;
    mutex changes_;  // names and keys are checked before the store is asked: one change at a time
    std::unordered_map<std::int64_t, std::shared_ptr<const Program>> programs_;  // by revision
};

}  // namespace sluice
