#include "engine/run/event_codec.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/error.hpp"
#include "engine/model/json_text.hpp"

namespace sluice {
namespace {

constexpr char format_version = 4;
constexpr char before_alone_version = 3;      // and every recovery was like the others
constexpr char before_artifacts_version = 2;  // and a queue had no time of its own
constexpr char timers_only_version = 1;       // every hold was a timer
constexpr std::size_t stored_depth = 1'000;   // what was accepted once must be readable for ever

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// The fields of a kind, in the order in which they are written: one table for both directions.
struct Fields {
    bool node = false, run = false, attempt = false, block = false, status = false, level = false,
         hold = false, due = false, text = false, data = false;
};

Fields fields_of(EventKind kind, char version = format_version) {
    switch (kind) {
        case EventKind::execution_started:
            return {.text = true, .data = true};
        case EventKind::node_started:
            return {.node = true, .run = true, .attempt = true};
        case EventKind::node_succeeded:
            return {.node = true, .run = true, .attempt = true, .text = true, .data = true};
        case EventKind::node_retrying:
            return {.node = true, .run = true, .attempt = true, .due = true, .data = true};
        case EventKind::node_failed:
            return {.node = true, .run = true, .attempt = true, .data = true};
        case EventKind::call_answered:
            return {.node = true, .run = true, .attempt = true, .text = true, .data = true};
        case EventKind::node_skipped:
            return {.node = true, .run = true};
        case EventKind::node_waiting:
            if (version == timers_only_version)
                return {.node = true, .run = true, .attempt = true, .due = true};
            return {.node = true,
                    .run = true,
                    .attempt = true,
                    .hold = true,
                    .due = true,
                    .text = true,
                    .data = true};
        case EventKind::node_cancelled:
            return {.node = true, .run = true, .attempt = true};
        case EventKind::log_written:
            return {.node = true, .run = true, .level = true, .text = true, .data = true};
        case EventKind::cancel_requested:
            return {.status = true, .text = true};
        case EventKind::execution_ended:
            return {.status = true, .data = true};
        case EventKind::hold_decided:
            return {.node = true, .run = true, .text = true, .data = true};
        case EventKind::execution_paused:
        case EventKind::execution_resumed:
            return {.text = true};
        case EventKind::execution_queued:
            return {.due = version > before_artifacts_version, .text = true, .data = true};
        case EventKind::execution_retrying:
            return {.data = true};
        case EventKind::execution_recovered:
            return {.text = version > before_alone_version};
        case EventKind::execution_admitted:
            return {};
        case EventKind::node_entered:
            return {.node = true, .run = true, .attempt = true, .due = true, .data = true};
        case EventKind::iteration_started:
            return {.node = true, .run = true, .attempt = true, .block = true};
        case EventKind::iteration_ended:
            return {.node = true,
                    .run = true,
                    .attempt = true,
                    .block = true,
                    .status = true,
                    .data = true};
        case EventKind::compensation_started:
            return {.node = true, .run = true};
        case EventKind::node_closing:
            return {.node = true, .run = true, .data = true};
        case EventKind::execution_returned:
            return {.data = true};
    }
    return {};
}

constexpr std::size_t artifact_key_bytes = 32 + 8;

/// Whether a large value of the event becomes an artifact.
bool refers_to_artifacts(const Event& event) {
    return event.kind == EventKind::node_succeeded || event.kind == EventKind::execution_started ||
           event.kind == EventKind::execution_returned ||
           (event.kind == EventKind::execution_ended && event.status == ExecutionStatus::succeeded);
}

[[noreturn]] void corrupt(const std::string& what, std::size_t offset) {
    throw ErrorException(Error{"journal_corrupt",
                               "journal chunk: " + what + " at byte " + std::to_string(offset),
                               Value{}});
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

    std::uint8_t byte() {
        if (at_end()) corrupt("the chunk ends early", at_);
        return static_cast<std::uint8_t>(bytes_[at_++]);
    }

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto part = byte();
            value |= static_cast<std::uint64_t>(part & 0x7F) << shift;
            if ((part & 0x80) == 0) return value;
        }
        corrupt("a number is too long", at_);
    }

    std::string_view text() {
        const auto length = number();
        if (length > bytes_.size() - at_) corrupt("a text is longer than the chunk", at_);
        const auto view = bytes_.substr(at_, length);
        at_ += length;
        return view;
    }

    /// The value of an event, or the artifact that stands for it.
    void value(Event& event, char version) {
        const auto start = at_;
        const auto json = text();
        if (json.empty() && version > before_artifacts_version && refers_to_artifacts(event)) {
            event.artifact = Artifact::of(artifact_key());
            return;
        }
        auto parsed = parse_json(json, stored_depth);
        if (!parsed) corrupt("a value is not JSON", start);
        event.data = std::move(*parsed);
    }

    [[nodiscard]] std::size_t offset() const { return at_; }

  private:
    ArtifactKey artifact_key() {
        if (bytes_.size() - at_ < artifact_key_bytes) corrupt("the chunk ends early", at_);
        ArtifactKey key;
        for (auto& digit : key.hash.bytes) digit = byte();
        for (unsigned shift = 0; shift < 64; shift += 8)
            key.bytes |= static_cast<std::uint64_t>(byte()) << shift;
        return key;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace

void ChunkWriter::number(std::uint64_t value) {
    while (value >= 0x80) {
        bytes_ += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    bytes_ += static_cast<char>(value);
}

void ChunkWriter::text(std::string_view value) {
    number(value.size());
    bytes_ += value;
}

/// False when it is larger than it may be: nothing is written then.
bool ChunkWriter::value(const Value& data, std::size_t most_bytes) {
    // The length is written before the text; nearly every value is shorter than 16 KiB, so two
    // bytes are kept for it (a padded varint) and only longer ones are moved.
    const std::size_t start = bytes_.size();
    bytes_.append(2, '\0');
    append_json(bytes_, data);
    const std::size_t length = bytes_.size() - start - 2;
    if (length < (1u << 14)) {
        bytes_[start] = static_cast<char>(0x80 | (length & 0x7F));
        bytes_[start + 1] = static_cast<char>(length >> 7);
        return true;
    }
    if (length > most_bytes) {
        bytes_.resize(start);
        return false;
    }
    const std::string json = bytes_.substr(start + 2);
    bytes_.resize(start);
    text(json);
    return true;
}

void ChunkWriter::reference(std::shared_ptr<Artifact> artifact) {
    number(0);
    ArtifactUse use;
    use.offset = bytes_.size();
    if (artifact->stored) use.key = artifact->key;
    use.value = artifact->value;
    use.artifact = std::move(artifact);
    bytes_.append(artifact_key_bytes, '\0');
    if (use.key) put_artifact_key(bytes_, use.offset, *use.key);
    artifacts_.push_back(std::move(use));
}

void ChunkWriter::begin_event(EventKind kind, WallTime at) {
    const auto ms = at.time_since_epoch().count();
    if (count_++ == 0) {
        bytes_ += format_version;
        number(zigzag(ms));
        last_ms_ = ms;
    }
    bytes_ += static_cast<char>(kind);
    number(zigzag(ms - last_ms_));
    last_ms_ = ms;
}

void ChunkWriter::add(const Event& event) {
    Event copy = event;
    add(copy);
}

void ChunkWriter::add(Event& event) {
    begin_event(event.kind, event.at);
    const Fields fields = fields_of(event.kind);
    if (fields.node) number(event.node == no_node ? 0 : std::uint64_t{event.node} + 1);
    if (fields.run) number(event.run);
    if (fields.attempt) number(event.attempt);
    if (fields.block) number(event.block);
    if (fields.status) bytes_ += static_cast<char>(event.status);
    if (fields.level) bytes_ += static_cast<char>(event.level);
    if (fields.hold) bytes_ += static_cast<char>(event.hold);
    if (fields.due) number(zigzag(event.due.time_since_epoch().count()));
    if (fields.text) text(event.text);
    if (!fields.data) return;
    if (event.artifact == nullptr) {
        const auto most =
            refers_to_artifacts(event) ? artifacts_over_ : std::numeric_limits<std::size_t>::max();
        if (value(event.data, most)) return;
        event.artifact = Artifact::of(std::exchange(event.data, nullptr), artifacts_over_);
    }
    reference(event.artifact);
}

void ChunkWriter::add_started(WallTime at, std::string_view trigger_json,
                              std::string_view input_json) {
    begin_event(EventKind::execution_started, at);
    text(trigger_json);
    text(input_json);
}

void ChunkWriter::add_started(WallTime at, std::string_view trigger_json,
                              std::shared_ptr<Artifact> input) {
    begin_event(EventKind::execution_started, at);
    text(trigger_json);
    reference(std::move(input));
}

std::size_t ChunkWriter::artifact_bytes() const {
    std::size_t bytes = 0;
    for (const auto& use : artifacts_)
        if (!use.key) bytes += use.artifact->key.bytes;
    return bytes;
}

std::string ChunkWriter::take(std::string recycled) {
    recycled.clear();
    std::swap(bytes_, recycled);
    count_ = 0;
    return recycled;
}

void ChunkWriter::put_back(std::string_view chunk, std::vector<ArtifactUse> artifacts) {
    auto earlier = decode_chunk(chunk, 0);
    auto later = bytes_.empty() ? std::vector<Event>{} : decode_chunk(bytes_, 0);
    std::move(artifacts_.begin(), artifacts_.end(), std::back_inserter(artifacts));
    artifacts_.clear();
    bytes_.clear();
    count_ = 0;
    auto next = artifacts.begin();  // they stand in the order of the events
    for (auto* events : {&earlier, &later})
        for (auto& event : *events) {
            if (event.artifact && next != artifacts.end())
                event.artifact = std::move((next++)->artifact);
            add(event);
        }
}

void put_artifact_key(std::string& chunk, std::size_t offset, const ArtifactKey& key) {
    auto* at = chunk.data() + offset;
    for (const auto digit : key.hash.bytes) *at++ = static_cast<char>(digit);
    for (unsigned shift = 0; shift < 64; shift += 8) *at++ = static_cast<char>(key.bytes >> shift);
}

std::vector<Event> decode_chunk(std::string_view chunk, std::uint64_t first_sequence) {
    Reader reader(chunk);
    const char version = static_cast<char>(reader.byte());
    if (version < timers_only_version || version > format_version)
        corrupt("unknown format version", 0);
    std::int64_t ms = unzigzag(reader.number());
    std::vector<Event> events;
    while (!reader.at_end()) {
        Event event;
        const auto kind = reader.byte();
        if (kind < 1 || kind >= event_kinds) corrupt("unknown kind of event", reader.offset() - 1);
        event.kind = static_cast<EventKind>(kind);
        // Unsigned, because a damaged chunk may say anything.
        ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(ms) +
                                       static_cast<std::uint64_t>(unzigzag(reader.number())));
        event.at = WallTime{Milliseconds{ms}};
        event.sequence = first_sequence + events.size();
        const Fields fields = fields_of(event.kind, version);
        if (fields.node) {
            const auto node = reader.number();
            event.node = node == 0 ? no_node : static_cast<NodeIndex>(node - 1);
        }
        if (fields.run) event.run = static_cast<RunNumber>(reader.number());
        if (fields.attempt) event.attempt = static_cast<std::uint32_t>(reader.number());
        if (fields.block) event.block = static_cast<BlockIndex>(reader.number());
        if (fields.status) {
            const auto status = reader.byte();
            if (status >= execution_status_words.size())
                corrupt("unknown status", reader.offset() - 1);
            event.status = static_cast<ExecutionStatus>(status);
        }
        if (fields.level) {
            const auto level = reader.byte();
            if (level > static_cast<std::uint8_t>(LogLevel::error))
                corrupt("unknown level", reader.offset() - 1);
            event.level = static_cast<LogLevel>(level);
        }
        if (fields.hold) {
            const auto hold = reader.byte();
            if (hold >= hold_kind_words.size())
                corrupt("unknown kind of hold", reader.offset() - 1);
            event.hold = static_cast<HoldKind>(hold);
        }
        if (fields.due) event.due = WallTime{Milliseconds{unzigzag(reader.number())}};
        if (fields.text) event.text = reader.text();
        if (fields.data) reader.value(event, version);
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace sluice
