#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run/execution_state.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/program.hpp"

#include "tests/simulation/report.hpp"

namespace sluice::testing {

/// What is on disk, event by event in the order in which it was committed, folded by the ledger
/// itself; each commit is judged as it comes.
class Ledger {
  public:
    struct Entry {
        Entry(Uuid id, std::shared_ptr<const Program> source)
            : id(id), program(std::move(source)), state(*program) {}

        Uuid id;
        std::shared_ptr<const Program> program;
        ExecutionState state;
        std::uint64_t last_sequence = 0;
        std::int64_t n = -1;              ///< of the input: which start of the script it is
        std::multiset<std::string> ends;  ///< `node outcome` of each run that has ended
        std::map<NodeIndex, int> ends_of;
        std::string final_state;  ///< once it has ended
    };

    explicit Ledger(Report& report) : report_(report) {}

    void know(std::int64_t revision, std::shared_ptr<const Program> program) {
        programs_[revision] = std::move(program);
    }
    /// A commit has come to the disk; `holds` are the rows that the store now has of the execution.
    void committed(const Append& append, const std::vector<HoldRecord>& holds);
    /// A whole group has come to the disk: the counters that `kv.increment` nodes share must say
    /// how many of these have succeeded.
    void compare_counters(const std::vector<Append>& group);
    [[nodiscard]] const Entry* find(const Uuid& id) const;
    [[nodiscard]] const std::map<Uuid, Entry>& entries() const { return entries_; }
    /// How often a signal that carried this number was received.
    [[nodiscard]] int received(std::int64_t number) const;
    /// Of all bytes so far.
    [[nodiscard]] std::uint64_t journal_digest() const { return digest_; }
    [[nodiscard]] std::uint64_t events() const { return events_; }

  private:
    void follow(Entry& entry, Event event);
    void fill_in(Entry& entry, const Append& append, std::vector<Event>& events);
    void compare_holds(const Entry& entry, const std::vector<HoldRecord>& holds);
    void wrong(const Entry& entry, const std::string& what);

    Report& report_;
    std::map<std::int64_t, std::shared_ptr<const Program>> programs_;
    std::map<Uuid, Entry> entries_;
    std::map<std::int64_t, int> received_;
    std::map<ContentHash, std::shared_ptr<const Value>> artifacts_;
    std::map<EntryKey, std::int64_t> counters_;
    std::int64_t increments_ = 0;
    std::uint64_t digest_ = 0;
    std::uint64_t events_ = 0;
};

}  // namespace sluice::testing
