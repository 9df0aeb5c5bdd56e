#include "engine/run/memory_store.hpp"

#include <algorithm>
#include <utility>

namespace sluice {

MemoryStore::MemoryStore(Executor executor, std::size_t keep_ended)
    : executor_(executor), keep_ended_(keep_ended) {}

void MemoryStore::commit(std::vector<Append> group, Done done) {
    if (hold_) {
        held_.emplace_back(std::move(group), std::move(done));
        return;
    }
    if (!failure_) apply(group);
    asio::post(executor_, [group = std::move(group), done = std::move(done),
                           failure = failure_]() mutable { done(failure, std::move(group)); });
}

void MemoryStore::hold_commits(bool hold) {
    hold_ = hold;
    if (hold) return;
    for (auto& [group, done] : std::exchange(held_, {})) commit(std::move(group), std::move(done));
}

void MemoryStore::apply(std::vector<Append>& group) {
    keep_artifacts(group);
    for (const auto& append : group) {
        keep_entries(append.entries);
        if (!append.has_execution()) continue;
        auto& stored = executions_[append.execution.number()];
        if (append.begins)
            stored.record = {append.execution, append.flow,    append.revision,
                             append.status,    append.created, {}};
        if (append.ended && !stored.record.ended) ++ended_;
        stored.record.status = append.status;
        stored.record.ended = append.ended;
        stored.chunks.push_back({append.first_sequence, append.chunk});
        index(append);
    }
    keep_to_number();
}

void MemoryStore::keep_to_number() {
    for (auto oldest = executions_.begin(); ended_ > keep_ended_ && oldest != executions_.end();) {
        if (!oldest->second.record.ended) {
            ++oldest;
            continue;
        }
        const auto number = (oldest++)->first;
        erase(number);
    }
}

void MemoryStore::erase(std::int64_t execution) {
    executions_.erase(execution);
    --ended_;
    const auto uses = artifact_uses_.extract(execution);
    if (uses.empty()) return;
    for (const auto& hash : uses.mapped())
        if (std::none_of(artifact_uses_.begin(), artifact_uses_.end(),
                         [&](const auto& other) { return other.second.contains(hash); }))
            artifacts_.erase(hash);
}

bool MemoryStore::name_taken(const FlowRecord& flow) const {
    return std::any_of(flows_.begin(), flows_.end(), [&](const FlowRecord& other) {
        return !other.deleted && other.id != flow.id && other.workspace == flow.workspace &&
               other.flow_namespace == flow.flow_namespace && other.name == flow.name;
    });
}

task<result<FlowRecord>> MemoryStore::create_flow(FlowRecord flow, RevisionRecord revision) {
    if (name_taken(flow))
        co_return Error{"flow_name_taken",
                        "there is already a flow '" + flow.name + "' in namespace '" +
                            flow.flow_namespace + "'",
                        {}};
    flow.number = static_cast<std::int64_t>(flows_.size()) + 1;
    revision.number = static_cast<std::int64_t>(revisions_.size()) + 1;
    revision.flow = flow.number;
    revision.version = flow.version = 1;
    flow.revision = revision.number;
    revisions_.push_back(std::move(revision));
    flows_.push_back(flow);
    co_return flow;
}

task<result<FlowRecord>> MemoryStore::add_revision(FlowRecord flow, RevisionRecord revision,
                                                   std::optional<std::uint32_t> expected_version) {
    const auto found = std::find_if(flows_.begin(), flows_.end(),
                                    [&](const FlowRecord& other) { return other.id == flow.id; });
    if (found == flows_.end())
        co_return Error{"flow_not_found", "there is no flow " + flow.id.to_string(), {}};
    if (expected_version && *expected_version != found->version)
        co_return Error{"revision_conflict",
                        "the newest revision is " + std::to_string(found->version) + ", not " +
                            std::to_string(*expected_version),
                        Object{{"version", found->version}}};
    if (name_taken(flow))
        co_return Error{"flow_name_taken",
                        "there is already a flow '" + flow.name + "' in namespace '" +
                            flow.flow_namespace + "'",
                        {}};
    revision.number = static_cast<std::int64_t>(revisions_.size()) + 1;
    revision.flow = found->number;
    revision.version = found->version + 1;
    found->name = flow.name;
    found->deleted = false;
    found->flow_namespace = flow.flow_namespace;
    found->labels = flow.labels;
    found->updated = revision.created;
    found->revision = revision.number;
    found->version = revision.version;
    revisions_.push_back(std::move(revision));
    co_return *found;
}

task<result<FlowRecord>> MemoryStore::delete_flow(Uuid id, WallTime at) {
    const auto found = std::find_if(flows_.begin(), flows_.end(), [&](const FlowRecord& other) {
        return other.id == id && !other.deleted;
    });
    if (found == flows_.end())
        co_return Error{"flow_not_found", "there is no flow " + id.to_string(), {}};
    found->deleted = true;
    found->updated = at;
    co_return *found;
}

task<std::vector<FlowRecord>> MemoryStore::flows() {
    co_return flows_;
}

task<std::optional<RevisionRecord>> MemoryStore::revision(std::int64_t number) {
    if (number < 1 || number > static_cast<std::int64_t>(revisions_.size())) co_return std::nullopt;
    co_return revisions_[static_cast<std::size_t>(number - 1)];
}

task<std::vector<RevisionRecord>> MemoryStore::revisions(std::int64_t flow,
                                                         std::optional<std::uint32_t> before,
                                                         std::size_t limit) {
    std::vector<RevisionRecord> page;
    for (auto revision = revisions_.rbegin(); revision != revisions_.rend() && page.size() < limit;
         ++revision)
        if (revision->flow == flow && (!before || revision->version < *before))
            page.push_back(*revision);
    co_return page;
}

task<std::optional<ExecutionRecord>> MemoryStore::execution(Uuid id) {
    const auto found = executions_.find(id.number());
    if (found == executions_.end() || found->second.record.id != id) co_return std::nullopt;
    co_return found->second.record;
}

task<std::vector<ExecutionRecord>> MemoryStore::executions(ExecutionFilter filter) {
    std::vector<ExecutionRecord> page;
    for (auto entry = executions_.rbegin();
         entry != executions_.rend() && page.size() < filter.limit; ++entry) {
        const auto& record = entry->second.record;
        if (filter.before && entry->first >= *filter.before) continue;
        if (filter.flow && record.flow != *filter.flow) continue;
        if (filter.status && record.status != *filter.status) continue;
        page.push_back(record);
    }
    co_return page;
}

task<std::vector<JournalChunk>> MemoryStore::journal(Uuid id) {
    const auto found = executions_.find(id.number());
    if (found == executions_.end() || found->second.record.id != id)
        co_return std::vector<JournalChunk>{};
    co_return found->second.chunks;
}

task<std::vector<StoredExecution>> MemoryStore::with_status(ExecutionStatus status,
                                                            std::int64_t after, std::size_t limit) {
    std::vector<StoredExecution> page;
    for (auto entry = executions_.upper_bound(after);
         entry != executions_.end() && page.size() < limit; ++entry)
        if (entry->second.record.status == status)
            page.push_back({entry->second.record, entry->second.chunks});
    co_return page;
}

task<std::vector<StoredExecution>> MemoryStore::load(std::vector<Uuid> ids) {
    std::vector<StoredExecution> found;
    for (const auto& id : ids)
        if (const auto entry = executions_.find(id.number());
            entry != executions_.end() && entry->second.record.id == id)
            found.push_back({entry->second.record, entry->second.chunks});
    co_return found;
}

task<std::int64_t> MemoryStore::last_execution_number() {
    co_return executions_.empty() ? 0 : executions_.rbegin()->first;
}

task<result<PruneReport>> MemoryStore::prune(PruneRequest request) {
    PruneReport report;
    std::vector<std::int64_t> leaving;  // newest first
    std::map<std::int64_t, std::uint64_t> kept;
    for (auto entry = executions_.rbegin(); entry != executions_.rend(); ++entry) {
        const auto& record = entry->second.record;
        if (!record.ended) continue;
        const auto& rule = request.rule_of(record.flow);
        const bool old = rule.age && *record.ended + *rule.age <= request.now;
        const bool surplus = rule.count && kept[record.flow] >= *rule.count;
        if (old || surplus) {
            leaving.push_back(entry->first);
            continue;
        }
        ++kept[record.flow];
        if (!rule.age) continue;
        const auto due = *record.ended + *rule.age;
        report.due = report.due ? std::min(*report.due, due) : due;
    }
    for (; !leaving.empty() && report.executions < request.limit; leaving.pop_back()) {
        erase(leaving.back());
        ++report.executions;
    }
    if (!leaving.empty()) report.next.emplace();
    prune_entries(request.now, report);
    co_return report;
}

}  // namespace sluice
