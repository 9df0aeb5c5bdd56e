#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/definition/source_map.hpp"

struct fy_diag;
struct fy_event;
struct fy_parser;

namespace sluice::definition {

/// One event of a YAML stream (YAML 1.2.2 §3.1.2), as data of our own.
struct YamlEvent {
    enum class Kind : std::uint8_t {
        stream_end,
        document_start,
        document_end,
        scalar,
        alias,
        sequence_start,
        sequence_end,
        mapping_start,
        mapping_end,
    };

    enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

    Kind kind = Kind::stream_end;
    bool plain = true;  ///< scalars: neither quoted nor a block
    Style style = Style::plain;
    bool flow = false;  ///< collections: written with brackets
    /// Bytes of the source from `begin` to `end`: a scalar without its quotes, a block's lines, an
    /// alias's name, a bracket. Both 0 when nothing is written.
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;  ///< scalars: the value; aliases: the anchor's name
    std::optional<std::string>
        tag;  ///< expanded, without the prefix of YAML's own tags: `str`, `!foo`, `!`
    std::optional<std::string> anchor;
    SourcePosition position;  ///< unknown for a scalar that is not written, as in `key:`
};

/// A source text as events, by libfyaml.
class EventStream {
  public:
    /// `source` must outlive this. In JSON mode what is no JSON is a fault, up to the form of
    /// scalars.
    EventStream(std::string_view source, bool json);
    EventStream(const EventStream&) = delete;  // libfyaml holds its address
    EventStream& operator=(const EventStream&) = delete;

    /// The next event; nullopt at a syntax error, which `fault()` describes.
    [[nodiscard]] std::optional<YamlEvent> next();

    struct Fault {
        std::string message;
        SourcePosition position;  ///< unknown when libfyaml names none
    };
    [[nodiscard]] Fault fault() const;

  private:
    struct DiagnosticsDeleter {
        void operator()(fy_diag* diagnostics) const;
    };
    struct ParserDeleter {
        void operator()(fy_parser* parser) const;
    };

    std::string_view source_;
    std::string report_;  ///< what libfyaml wrote about faults
    std::unique_ptr<fy_diag, DiagnosticsDeleter> messages_;
    std::unique_ptr<fy_parser, ParserDeleter> parser_;
};

}  // namespace sluice::definition
