#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace sluice::store {

/// An artifact's content is cut into pieces of this size; each is compressed for itself.
inline constexpr std::size_t piece_bytes = 256u << 10;
/// A piece below this is kept as it is.
inline constexpr std::size_t compressed_from = 4u << 10;

/// The key of a piece: the number of its artifact and its place.
inline constexpr unsigned place_bits = 20;
[[nodiscard]] constexpr std::int64_t piece_key(std::int64_t artifact, std::int64_t place) {
    return (artifact << place_bits) | place;
}
inline constexpr std::int64_t last_place = (std::int64_t{1} << place_bits) - 1;

/// Compresses pieces. Keeps its memory between them until `release`.
class PieceCompressor {
  public:
    PieceCompressor();
    /// The zstd frame of a piece; empty when it is to be kept as it is. Valid until the next call.
    [[nodiscard]] std::string_view compress(std::string_view piece);
    void release();

  private:
    struct Free {
        void operator()(ZSTD_CCtx_s* context) const noexcept;
    };
    std::unique_ptr<ZSTD_CCtx_s, Free> context_;
    std::string frame_;
};

class PieceExpander {
  public:
    PieceExpander();
    /// nullopt when it is no frame, its checksum is wrong, or it is larger than a piece. Valid
    /// until the next call.
    [[nodiscard]] std::optional<std::string_view> expand(std::string_view frame);

  private:
    struct Free {
        void operator()(ZSTD_DCtx_s* context) const noexcept;
    };
    std::unique_ptr<ZSTD_DCtx_s, Free> context_;
    std::string piece_;
};

}  // namespace sluice::store
