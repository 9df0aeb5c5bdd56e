#include "engine/definition/schema_format.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>

#include "engine/model/identifier.hpp"

namespace sluice::definition {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes exactly `count` digits off `text`; -1 when they are not there.
int take_number(std::string_view& text, std::size_t count) {
    if (text.size() < count || !std::ranges::all_of(text.substr(0, count), is_digit)) return -1;
    int number = 0;
    for (const char digit : text.substr(0, count)) number = number * 10 + (digit - '0');
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

bool take_date(std::string_view& text) {
    const int year = take_number(text, 4);
    if (year < 0 || !take(text, '-')) return false;
    const int month = take_number(text, 2);
    if (month < 0 || !take(text, '-')) return false;
    const int day = take_number(text, 2);
    return day >= 0 && std::chrono::year_month_day(std::chrono::year(year),
                                                   std::chrono::month(static_cast<unsigned>(month)),
                                                   std::chrono::day(static_cast<unsigned>(day)))
                           .ok();
}

/// `12:30:00`, a fraction, and `Z` or `+02:00`; a leap second only as the last of a UTC day.
bool is_time(std::string_view text) {
    const int hour = take_number(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ':')) return false;
    const int minute = take_number(text, 2);
    if (minute < 0 || minute > 59 || !take(text, ':')) return false;
    const int second = take_number(text, 2);
    if (second < 0 || second > 60) return false;
    if (take(text, '.')) {
        if (text.empty() || !is_digit(text.front())) return false;
        while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
    }
    int offset = 0;
    if (text != "Z" && text != "z") {
        const bool behind = text.starts_with('-');
        if (!behind && !text.starts_with('+')) return false;
        text.remove_prefix(1);
        const int hours = take_number(text, 2);
        if (hours < 0 || hours > 23 || !take(text, ':')) return false;
        const int minutes = take_number(text, 2);
        if (minutes < 0 || minutes > 59 || !text.empty()) return false;
        offset = (hours * 60 + minutes) * (behind ? -1 : 1);
    }
    constexpr int day = 24 * 60;
    return second < 60 || (hour * 60 + minute - offset + 2 * day) % day == day - 1;
}

bool is_date_time(std::string_view text) {
    if (!take_date(text)) return false;
    return (take(text, 'T') || take(text, 't')) && is_time(text);
}

bool is_hostname(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    while (!text.empty()) {
        const auto end = std::min(text.find('.'), text.size());
        const std::string_view label = text.substr(0, end);
        const bool fits =
            !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
            std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
        if (!fits || end + 1 == text.size()) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

bool is_email(std::string_view text) {
    constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~.";
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64) return false;
    const std::string_view local = text.substr(0, at);
    return local.front() != '.' && local.back() != '.' &&
           local.find("..") == std::string_view::npos &&
           std::ranges::all_of(local,
                               [&](char c) {
                                   return is_alphanumeric(c) ||
                                          specials.find(c) != std::string_view::npos ||
                                          static_cast<unsigned char>(c) >= 0x80;
                               }) &&
           is_hostname(text.substr(at + 1));
}

bool is_date(std::string_view text) {
    return take_date(text) && text.empty();
}
bool is_ipv4(std::string_view text) {
    return boost::urls::parse_ipv4_address(text).has_value();
}
bool is_ipv6(std::string_view text) {
    return boost::urls::parse_ipv6_address(text).has_value();
}
bool is_uri(std::string_view text) {
    return boost::urls::parse_uri(text).has_value();
}
bool is_uri_reference(std::string_view text) {
    return boost::urls::parse_uri_reference(text).has_value();
}
bool is_uuid(std::string_view text) {
    return Uuid::parse(text).has_value();
}

struct Format {
    std::string_view name;
    bool (*fits)(std::string_view);
};

constexpr std::array<Format, 10> formats{{{"date-time", is_date_time},
                                          {"date", is_date},
                                          {"time", is_time},
                                          {"email", is_email},
                                          {"hostname", is_hostname},
                                          {"ipv4", is_ipv4},
                                          {"ipv6", is_ipv6},
                                          {"uri", is_uri},
                                          {"uri-reference", is_uri_reference},
                                          {"uuid", is_uuid}}};

}  // namespace

bool has_format(std::string_view format, std::string_view text) {
    const auto found = std::ranges::find(formats, format, &Format::name);
    return found == formats.end() || found->fits(text);
}

}  // namespace sluice::definition
