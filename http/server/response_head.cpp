#include "http/server/response_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "engine/model/ascii.hpp"
#include "http/server/request.hpp"

namespace sluice::http {

namespace {

struct Status {
    unsigned code;
    std::string_view phrase;
};

constexpr std::array statuses{
    Status{200, "OK"},
    Status{201, "Created"},
    Status{202, "Accepted"},
    Status{204, "No Content"},
    Status{206, "Partial Content"},
    Status{301, "Moved Permanently"},
    Status{302, "Found"},
    Status{303, "See Other"},
    Status{304, "Not Modified"},
    Status{307, "Temporary Redirect"},
    Status{308, "Permanent Redirect"},
    Status{400, "Bad Request"},
    Status{401, "Unauthorized"},
    Status{403, "Forbidden"},
    Status{404, "Not Found"},
    Status{405, "Method Not Allowed"},
    Status{406, "Not Acceptable"},
    Status{408, "Request Timeout"},
    Status{409, "Conflict"},
    Status{410, "Gone"},
    Status{411, "Length Required"},
    Status{412, "Precondition Failed"},
    Status{413, "Content Too Large"},
    Status{414, "URI Too Long"},
    Status{415, "Unsupported Media Type"},
    Status{416, "Range Not Satisfiable"},
    Status{417, "Expectation Failed"},
    Status{421, "Misdirected Request"},
    Status{422, "Unprocessable Content"},
    Status{423, "Locked"},
    Status{425, "Too Early"},
    Status{426, "Upgrade Required"},
    Status{428, "Precondition Required"},
    Status{429, "Too Many Requests"},
    Status{431, "Request Header Fields Too Large"},
    Status{500, "Internal Server Error"},
    Status{501, "Not Implemented"},
    Status{502, "Bad Gateway"},
    Status{503, "Service Unavailable"},
    Status{504, "Gateway Timeout"},
    Status{505, "HTTP Version Not Supported"},
    Status{507, "Insufficient Storage"},
};

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

// What frames the message is the session's to say: a second opinion would let answers be split.
bool is_ours(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{
        "connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"};
    return std::ranges::any_of(
        names, [&](std::string_view ours) { return equal_ignoring_case(ours, name); });
}

// A value from outside must not be able to begin a field of its own.
void append_value(std::string& out, std::string_view value) {
    for (const char character : value) {
        const auto byte = static_cast<unsigned char>(character);
        out += (byte < 0x20 && byte != '\t') || byte == 0x7F ? ' ' : character;
    }
}

void append_two_digits(std::string& out, unsigned number) {
    out += static_cast<char>('0' + number / 10);
    out += static_cast<char>('0' + number % 10);
}

}  // namespace

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') ||
               marks.find(character) != std::string_view::npos;
    });
}

std::string_view reason_phrase(unsigned status) {
    for (const Status& known : statuses)
        if (known.code == status) return known.phrase;
    return "Unknown";
}

std::string http_date(WallTime time) {
    constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    std::string out;
    out.reserve(29);
    out += days[std::chrono::weekday(day).c_encoding()];
    out += ", ";
    append_two_digits(out, static_cast<unsigned>(date.day()));
    out += ' ';
    out += months[static_cast<unsigned>(date.month()) - 1];
    out += ' ';
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    append_two_digits(out, year / 100 % 100);
    append_two_digits(out, year % 100);
    out += ' ';
    append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
    out += ':';
    append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
    out += ':';
    append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
    out += " GMT";
    return out;
}

CommonFields::CommonFields(const Clock& clock, std::string server)
    : clock_(clock), server_(std::move(server)) {}

void CommonFields::refresh(SteadyTime now) {
    const WallTime wall = clock_.wall();
    const auto second = std::chrono::floor<std::chrono::seconds>(wall);
    next_ = now + (second + std::chrono::seconds(1) - wall);
    lines_.clear();
    if (!server_.empty()) {
        lines_ += "Server: ";
        append_value(lines_, server_);
        lines_ += "\r\n";
    }
    lines_ += "Date: ";
    lines_ += http_date(second);
    lines_ += "\r\n";
}

void append_head(std::string& out, const Response& response, std::string_view common,
                 const Framing& framing) {
    if (response.status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        append_number(out, response.status);
        out += ' ';
        out += reason_phrase(response.status);
        out += "\r\n";
    }
    out += common;
    if (!is_bodiless(response.status)) {
        if (const std::string_view type = response.content_type.text(); !type.empty()) {
            out += "Content-Type: ";
            out += type;
            out += "\r\n";
        }
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    for (const auto& [name, value] : response.headers) {
        // Flows choose names of fields, too.
        if (!is_token(name) || is_ours(name)) continue;
        out += name;
        out += ": ";
        append_value(out, value);
        out += "\r\n";
    }
    if (!framing.request_id.empty()) {
        out += "X-Request-Id: ";
        out += framing.request_id;
        out += "\r\n";
    }
    if (response.status == 426)  // RFC 9110 §7.8: an Upgrade field has to be announced
        out += framing.close ? "Connection: close, upgrade\r\n" : "Connection: upgrade\r\n";
    else if (framing.close)
        out += "Connection: close\r\n";
    else if (framing.say_keep_alive)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

}  // namespace sluice::http
