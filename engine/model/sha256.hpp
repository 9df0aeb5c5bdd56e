#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/model/artifact.hpp"

namespace sluice {

/// SHA-256 (FIPS 180-4) for the store without a disk, so that the engine needs no library for it.
/// The store on SQLite uses OpenSSL's, which is several times faster; a test compares the two.
class Sha256 {
  public:
    void update(std::string_view text);
    /// Of all that was given; the object is used up.
    [[nodiscard]] ContentHash finish();

  private:
    void block(const std::uint8_t* bytes);

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> rest_{};
    std::uint64_t size_ = 0;
};

}  // namespace sluice
