#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/async/mutex.hpp"
#include "engine/definition/front_end.hpp"
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
    std::string dialect;                     ///< of its newest revision
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

/// How a stored revision is to be read.
[[nodiscard]] definition::FlowSource source_of(const RevisionRecord& revision);

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
    FlowCatalogue(CatalogueServices services, Limits limits);

    /// Makes another language of definitions known, before `load`.
    void add_dialect(std::string name, std::unique_ptr<const definition::FrontEnd> front_end);

    /// Reads all flows of the store and compiles their newest revisions. Once, before anything
    /// else.
    task<void> load();

    /// Judges a definition without storing it: every problem of language and expressions at once.
    /// A dialect that is not known is the problem `unknown_dialect`.
    [[nodiscard]] CompiledSource compile(const definition::FlowSource& source,
                                         ProgramIdentity identity = {}) const;

    /// As `compile`, and has the flow's code parsed (`script_syntax`, `script_disabled`). Where no
    /// host can do that now there is the warning `script_unchecked`.
    task<CompiledSource> judge(definition::FlowSource source, ProgramIdentity identity = {}) const;

    /// Stores a new flow. Errors: `invalid_flow` (details.diagnostics), `flow_name_taken`,
    /// `webhook_key_taken`, `store_full`.
    task<result<std::shared_ptr<const Flow>>> create(definition::FlowSource source);
    /// Adds a revision, unless the source is the same to the byte: then nothing changes. Errors as
    /// `create`, and `flow_not_found`, `revision_conflict` when `expected_version` is given and is
    /// not the newest.
    task<result<std::shared_ptr<const Flow>>> replace(
        Uuid id, definition::FlowSource source, std::optional<std::uint32_t> expected_version);
    /// As `create`, or as `replace` when a flow of that namespace and name is there: for flows from
    /// files.
    task<result<std::shared_ptr<const Flow>>> put(definition::FlowSource source);
    /// As `create` under an id that the caller chose, or as `replace` when there is a flow of that
    /// id, also one that was deleted: it comes back. For dialects whose clients choose ids.
    task<result<std::shared_ptr<const Flow>>> put(Uuid id, definition::FlowSource source);
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
    task<result<std::shared_ptr<const Flow>>> store_new(Uuid id, definition::FlowSource source,
                                                        std::shared_ptr<const Program> program);
    task<result<std::shared_ptr<const Flow>>> store_next(
        std::shared_ptr<const Flow> known, definition::FlowSource source,
        std::shared_ptr<const Program> program, std::optional<std::uint32_t> expected_version);
    /// Has the flow's code parsed and adds what is wrong with it.
    task<void> check_code(CompiledSource& compiled, const std::string& source) const;
    task<bool> is_stored(std::shared_ptr<const Flow> flow,
                         const definition::FlowSource& source) const;
    std::shared_ptr<const Flow> adopt(FlowRecord record, FlowDefinition definition,
                                      std::string dialect);
    [[nodiscard]] std::shared_ptr<const Flow> find_deleted(const Uuid& id) const;

    CatalogueServices services_;
    Limits limits_;
    std::map<std::string, std::unique_ptr<const definition::FrontEnd>, std::less<>> dialects_;
    std::map<std::int64_t, std::shared_ptr<const Flow>> flows_;  // by number, deleted ones included
    std::unordered_map<Uuid, std::int64_t> numbers_;
    WebhookTable webhooks_;
    mutex changes_;  // names and keys are checked before the store is asked: one change at a time
    std::unordered_map<std::int64_t, std::shared_ptr<const Program>> programs_;  // by revision
};

}  // namespace sluice
