#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/run/records.hpp"
#include "engine/run/verification.hpp"

namespace sluice {

/// A store's file, read by somebody who does not own it: read-only, also beside the process that
/// has it open, without its lock. Blocks; for commands, not for a loop. What SQLite cannot read is
/// thrown as `ErrorException`, mostly `store_corrupt`.
class Inspection {
  public:
    /// An execution as it is stored.
    struct Execution {
        ExecutionRecord record;
        std::vector<JournalChunk> journal;
        std::vector<ExpectedHold> holds;     ///< rows of `holds`
        std::vector<ContentHash> artifacts;  ///< that it refers to and that are there
        std::vector<Finding> findings;       ///< its chain, and rows that contradict each other
    };

    /// Errors: `store_not_found`, `store_not_recognized`, `store_too_new`, `store_corrupt`,
    /// `store_failed`.
    static result<std::unique_ptr<Inspection>> open(const std::filesystem::path& path);
    ~Inspection();

    /// The number of the last migration that the file has seen; of this program: `known_schema`.
    [[nodiscard]] std::int32_t schema() const;
    [[nodiscard]] static std::int32_t known_schema();

    /// SQLite's own check of every page, row and index entry, and that tables and indexes are those
    /// of the schema. `alive` is called now and then; false ends the check.
    std::vector<Finding> check_file(const std::function<bool()>& alive);
    /// Rows of `journal`, `holds` and `artifact_uses` whose execution is missing.
    std::vector<Finding> check_references();

    /// Artifacts whose content is not that of their hash, to which nothing refers, or which are
    /// missing. `alive` is called for each.
    std::vector<Finding> check_artifacts(const std::function<void()>& alive);

    [[nodiscard]] std::uint64_t execution_count();
    [[nodiscard]] std::uint64_t artifact_count();
    /// In the order of their numbers, from above `after`, each page as of one moment.
    std::vector<Execution> executions(std::int64_t after, std::size_t limit);
    /// When the newest execution began.
    std::optional<WallTime> newest();
    std::optional<Execution> execution(const Uuid& id);
    std::optional<RevisionRecord> revision(std::int64_t number);
    std::optional<FlowRecord> flow(std::int64_t number);

  private:
    class Implementation;
    explicit Inspection(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace sluice
