#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/event.hpp"
#include "engine/run/artifact_use.hpp"

namespace sluice {

/// The journal's encoding of events (docs/store-format.md). A chunk is the events of one commit of
/// one execution:
///
///     chunk := version(4) base_ms(varint) event*
///     event := kind(1) delta_ms(zigzag varint, to the event before) fields
///
/// Integers are LEB128 varints, texts are a length and bytes, values are JSON text, `node` is its
/// place in the revision's graph. A value that is an artifact is a length of 0, its hash (32 bytes)
/// and its size (8 bytes, the lowest first). Sequence numbers are not written: they count from the
/// chunk's `first_sequence`. Versions 1 (no fields for holds but `due`), 2 (no artifacts) and 3 (no
/// text of recoveries) are still read.
class ChunkWriter {
  public:
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::uint32_t count() const { return count_; }

    /// An input, output or result over this many bytes becomes an artifact; at first none does.
    void artifacts_over(std::size_t bytes) { artifacts_over_ = bytes; }
    [[nodiscard]] std::size_t artifacts_over() const { return artifacts_over_; }

    /// Appends one event; `event.sequence` is the caller's to count. When its value is too large,
    /// it is moved into `event.artifact`.
    void add(Event& event);
    void add(const Event& event);

    /// As `add` of an `execution_started`, with the input as the JSON text in which it came.
    void add_started(WallTime at, std::string_view trigger_json, std::string_view input_json);
    /// The same with an input that is an artifact.
    void add_started(WallTime at, std::string_view trigger_json, std::shared_ptr<Artifact> input);

    /// The finished chunk; the writer is empty after. `recycled` lends its memory to the next
    /// chunk.
    [[nodiscard]] std::string take(std::string recycled = {});
    /// The artifacts that the chunk refers to, in its order; called before `take`.
    [[nodiscard]] std::vector<ArtifactUse> take_artifacts() {
        return std::exchange(artifacts_, {});
    }
    /// About how many bytes of the chunk's artifacts are not on disk.
    [[nodiscard]] std::size_t artifact_bytes() const;

    /// Puts a chunk that could not be written back, with its artifacts, before what has been added
    /// since.
    void put_back(std::string_view chunk, std::vector<ArtifactUse> artifacts = {});

  private:
    void begin_event(EventKind kind, WallTime at);
    void number(std::uint64_t value);
    void text(std::string_view value);
    bool value(const Value& data, std::size_t most_bytes);
    void reference(std::shared_ptr<Artifact> artifact);

    std::string bytes_;
    std::int64_t last_ms_ = 0;
    std::uint32_t count_ = 0;
    std::size_t artifacts_over_ = std::numeric_limits<std::size_t>::max();
    std::vector<ArtifactUse> artifacts_;
};

/// Writes the key into the place that a chunk has kept for it.
void put_artifact_key(std::string& chunk, std::size_t offset, const ArtifactKey& key);

/// Decodes one chunk. Throws `ErrorException` with code `journal_corrupt` when it is not one,
/// naming the place.
[[nodiscard]] std::vector<Event> decode_chunk(std::string_view chunk, std::uint64_t first_sequence);

}  // namespace sluice
