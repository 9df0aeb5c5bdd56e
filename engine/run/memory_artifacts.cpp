// The artifacts of the store without a disk.
#include <algorithm>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/run/event_codec.hpp"
#include "engine/run/memory_store.hpp"

namespace sluice {
void MemoryStore::keep_artifacts(std::vector<Append>& group) {
    for (auto& append : group)
        for (auto& use : append.artifacts) {
            if (!use.key) use.key = artifact_key(*use.value);
            put_artifact_key(append.chunk, use.offset, *use.key);
            if (use.value) artifacts_.try_emplace(use.key->hash, use.value, use.key->bytes);
            artifact_uses_[append.execution.number()].insert(use.key->hash);
        }
}

task<result<std::shared_ptr<const Value>>> MemoryStore::artifact_value(ContentHash hash) {
    const auto found = artifacts_.find(hash);
    if (found == artifacts_.end()) co_return artifact_missing(hash);
    co_return found->second.value;
}

task<std::optional<ArtifactKey>> MemoryStore::artifact(ContentHash hash) {
    const auto found = artifacts_.find(hash);
    if (found == artifacts_.end()) co_return std::nullopt;
    co_return ArtifactKey{hash, found->second.bytes};
}

task<result<ArtifactBytes>> MemoryStore::artifact_bytes(ContentHash hash, std::uint64_t first,
                                                        std::uint64_t count) {
    const auto found = artifacts_.find(hash);
    if (found == artifacts_.end()) co_return artifact_missing(hash);
    const auto text = to_json(*found->second.value);
    if (first >= text.size()) co_return ArtifactBytes{};
    co_return ArtifactBytes{
        text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(count))};
}

Error artifact_missing(const ContentHash& hash) {
    return {"artifact_missing",
            "The artifact " + hash.to_string() +
                " is not in the store: see `sluice verify` for what else is missing, put a backup "
                "in the file's place, or run the execution again from the node that made it.",
            Object{{"sha256", hash.to_string()}}};
}

Error artifact_damaged(const ContentHash& hash, const std::string& how) {
    return {"artifact_damaged",
            "The artifact " + hash.to_string() + " is damaged (" + how +
                "): see `sluice verify` for what else is, put a backup in the file's place, or run "
                "the execution again from the node that made it.",
            Object{{"sha256", hash.to_string()}}};
}

}  // namespace sluice
