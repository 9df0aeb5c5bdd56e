#include "engine/expression/time_zone.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>

#include <date/tz.h>

namespace sluice::expression {

namespace {
std::chrono::seconds seconds_of(double time) {
    return std::chrono::floor<std::chrono::seconds>(
        std::chrono::milliseconds(static_cast<std::int64_t>(time)));
}
double milliseconds_of(std::chrono::seconds offset) {
    return static_cast<double>(offset.count()) * 1000;
}
}  // namespace

std::optional<TimeZone> TimeZone::find(const std::string& name) {
    try {
        return TimeZone(date::locate_zone(name));
    } catch (const std::runtime_error&) {
        return {};
    }
}

double TimeZone::offset_at(double time) const {
    return milliseconds_of(zone_->get_info(date::sys_seconds(seconds_of(time))).offset);
}

double TimeZone::offset_at_local(double time) const {
    return milliseconds_of(zone_->get_info(date::local_seconds(seconds_of(time))).first.offset);
}

std::string TimeZone::abbreviation_at(double time) const {
    return zone_->get_info(date::sys_seconds(seconds_of(time))).abbrev;
}

}  // namespace sluice::expression
