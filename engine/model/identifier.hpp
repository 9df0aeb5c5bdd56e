#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/async/clock.hpp"

namespace sluice {

/// A UUID (RFC 9562) in network byte order.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// `01933f5c-8d2a-7b31-9c4e-0242ac120002`, lower case.
    [[nodiscard]] std::string to_string() const;
    /// Accepts the canonical form in either case; anything else is nullopt.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);

    /// The first 64 bits without the version field: milliseconds << 12 | counter. Within one data
    /// file it is unique and ascending for the ids of one `UuidGenerator`, so it serves as the
    /// primary key of executions, in append order, without an index.
    [[nodiscard]] std::int64_t number() const noexcept;

    auto operator<=>(const Uuid&) const = default;
};

/// Where the engine gets randomness for ids and jitter; seeded in simulations.
class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
};

/// Random numbers from the system's entropy, for ids and jitter (not for keys).
class SystemRandom final : public Random {
  public:
    SystemRandom();
    std::uint64_t next() override;

  private:
    std::array<std::uint64_t, 4> state_;  // xoshiro256** (Blackman and Vigna)
};

/// Makes UUIDv7 with a 12-bit counter in `rand_a` (RFC 9562 §6.2 method 1): strictly ascending
/// numbers even when the clock stands still or goes back.
class UuidGenerator {
  public:
    UuidGenerator(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

    /// Every later id has a number above this one; called with the highest number of the store.
    void start_after(std::int64_t number) { last_ = number; }
    [[nodiscard]] Uuid next();

  private:
    const Clock& clock_;
    Random& random_;
    std::int64_t last_ = 0;
};

}  // namespace sluice

template <>
struct std::hash<sluice::Uuid> {
    std::size_t operator()(const sluice::Uuid& id) const noexcept {
        return static_cast<std::size_t>(id.number()) * 0x9E3779B97F4A7C15ULL;
    }
};
