#pragma once

#include <cstdint>
#include <filesystem>

namespace sluice::store {

/// Space on the disk that is kept for deleting: `<data file>.reserve`. SQLite must write in order
/// to delete, so on a full disk the reserve is given up for that and taken again when there is
/// space. Writer's thread only.
class SpaceReserve {
  public:
    static constexpr std::uint64_t bytes = 4 << 20;

    explicit SpaceReserve(const std::filesystem::path& data_file);

    /// Takes the reserve when the disk has twice as much left. True when it is held.
    bool take() noexcept;
    /// Gives it up. False when there was none.
    bool give_up() noexcept;
    /// The store closes: a file at rest needs none.
    void remove() noexcept { give_up(); }

  private:
    std::filesystem::path path_;
    bool taken_ = false;
};

}  // namespace sluice::store
