#include "store/artifact_pieces.hpp"

#include <stdexcept>

#include <zstd.h>

namespace sluice::store {
namespace {

// The writer's thread compresses within the transaction: speed counts more than the last tenth.
constexpr int level = 1;

}  // namespace

PieceCompressor::PieceCompressor() = default;

std::string_view PieceCompressor::compress(std::string_view piece) {
    if (piece.size() < compressed_from) return {};
    if (!context_) {
        context_.reset(ZSTD_createCCtx());
        if (!context_) throw std::runtime_error("zstd has no memory");
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    }
    frame_.resize(ZSTD_compressBound(piece_bytes));
    const auto size =
        ZSTD_compress2(context_.get(), frame_.data(), frame_.size(), piece.data(), piece.size());
    if (ZSTD_isError(size) != 0)
        throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(size));
    return size < piece.size() ? std::string_view(frame_.data(), size) : std::string_view();
}

void PieceCompressor::release() {
    context_.reset();
    frame_ = {};
}

void PieceCompressor::Free::operator()(ZSTD_CCtx_s* context) const noexcept {
    ZSTD_freeCCtx(context);
}

PieceExpander::PieceExpander() = default;

std::optional<std::string_view> PieceExpander::expand(std::string_view frame) {
    if (!context_) {
        context_.reset(ZSTD_createDCtx());
        if (!context_) throw std::runtime_error("zstd has no memory");
    }
    piece_.resize(piece_bytes);
    const auto size = ZSTD_decompressDCtx(context_.get(), piece_.data(), piece_.size(),
                                          frame.data(), frame.size());
    if (ZSTD_isError(size) != 0) return std::nullopt;
    return std::string_view(piece_.data(), size);
}

void PieceExpander::Free::operator()(ZSTD_DCtx_s* context) const noexcept {
    ZSTD_freeDCtx(context);
}

}  // namespace sluice::store
