#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/event.hpp"

namespace sluice {

/// The journal's encoding of events (docs/store-format.md). A chunk is the events of one commit of
/// one execution:
///
///     chunk := version(2) base_ms(varint) event*
///     event := kind(1) delta_ms(zigzag varint, to the event before) fields
///
/// Integers are LEB128 varints, texts are a length and bytes, values are JSON text, `node` is its
/// place in the revision's graph. Sequence numbers are not written: they count from the chunk's
/// `first_sequence`. Version 1 had no fields for holds but `due`, and is still read.
class ChunkWriter {
  public:
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::uint32_t count() const { return count_; }

    /// Appends one event; `event.sequence` is the caller's to count.
    void add(const Event& event);

    /// As `add` of an `execution_started`, with the input as the JSON text in which it came.
    void add_started(WallTime at, std::string_view trigger_json, std::string_view input_json);

    /// The finished chunk; the writer is empty after. `recycled` lends its memory to the next
    /// chunk.
    [[nodiscard]] std::string take(std::string recycled = {});

    /// Puts a chunk that could not be written back before what has been added since.
    void put_back(std::string_view chunk);

  private:
    void begin_event(EventKind kind, WallTime at);
    void number(std::uint64_t value);
    void text(std::string_view value);
    void value(const Value& data);

    std::string bytes_;
    std::int64_t last_ms_ = 0;
    std::uint32_t count_ = 0;
};

/// Decodes one chunk. Throws `ErrorException` with code `journal_corrupt` when it is not one,
/// naming the place.
[[nodiscard]] std::vector<Event> decode_chunk(std::string_view chunk, std::uint64_t first_sequence);

}  // namespace sluice
