#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace sluice::expression {

/// A time zone of the IANA database, for what dates answer in local time. Cheap to copy.
class TimeZone {
  public:
    /// Reads the system's database on first use, which takes milliseconds: not on the loop's
    /// thread while it runs.
    static std::optional<TimeZone> find(const std::string& name);

    /// Milliseconds east of UTC at a time, in milliseconds since 1970.
    [[nodiscard]] double offset_at(double time) const;
    /// The same for a local time: of one that is there twice or never, the offset before the
    /// clocks change, as ECMA-262 (21.4.1.26) wants it.
    [[nodiscard]] double offset_at_local(double time) const;
    /// What the offset at a time is called, such as CEST; for some zones, a number.
    [[nodiscard]] std::string abbreviation_at(double time) const;

  private:
    explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}
    const date::time_zone* zone_;
};

}  // namespace sluice::expression
