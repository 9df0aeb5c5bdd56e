#include "app/test_output.hpp"

#include <algorithm>
#include <cstdio>

#include "engine/model/duration.hpp"

namespace sluice::app {
namespace {

// Of a timeline that is longer.
constexpr std::size_t first_lines = 20;
constexpr std::size_t last_lines = 40;

using testing::FaultCounts;
using testing::TestReport;

std::string coloured(const std::string& text, const char* colour, bool colours) {
    return colours ? std::string("\033[") + colour + "m" + text + "\033[0m" : text;
}

std::string faults_of(const FaultCounts& faults) {
    std::string text;
    const auto add = [&text](std::uint32_t count, const char* what) {
        if (count > 0) text += ", " + std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    };
    add(faults.kills, "kill");
    add(faults.failed_calls, "failed call");
    add(faults.clock_jumps, "clock jump");
    return text;
}

/// The duration in its two largest units, which is as exact as people want it.
std::string readable(Milliseconds duration) {
    using namespace std::chrono;
    if (duration >= days(1))
        duration = floor<hours>(duration);
    else if (duration >= hours(1))
        duration = floor<minutes>(duration);
    else if (duration >= minutes(1))
        duration = floor<seconds>(duration);
    return format_duration(duration);
}

std::string timeline_of(const TestReport& report) {
    std::size_t widest = 4;
    for (const auto& line : report.timeline)
        widest = std::max(widest, std::min<std::size_t>(line.node.size(), 40));
    std::string text;
    std::size_t at_line = 0;
    for (const auto& line : report.timeline) {
        const auto left = report.timeline.size() - at_line++;
        if (at_line > first_lines && left > last_lines) {
            if (at_line == first_lines + 1)
                text += "      ... " + std::to_string(left - last_lines) + " more\n";
            continue;
        }
        const std::string at = line.at ? "+" + readable(*line.at) : "";
        text += "      " + at + std::string(at.size() < 9 ? 9 - at.size() : 1, ' ') + line.node +
                std::string(line.node.size() < widest ? widest - line.node.size() : 0, ' ') + "  " +
                line.what + (line.took > Milliseconds(0) ? " after " + readable(line.took) : "") +
                (line.more.empty() ? "" : ": " + line.more) + "\n";
    }
    return text;
}

std::string failures_of(const TestReport& report, const std::string& indent) {
    std::string text;
    for (const auto& failure : report.failures) {
        text += indent + failure.message + "\n";
        for (const auto& detail : failure.details) text += indent + "  " + detail + "\n";
    }
    return text;
}

/// XML 1.0 knows no control characters but three, not even escaped.
std::string xml(const std::string& text) {
    std::string escaped;
    for (const char letter : text) switch (letter) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\n':
                escaped += "&#10;";
                break;
            default:
                escaped += static_cast<unsigned char>(letter) < 0x20 && letter != '\t'
                               ? std::string("?")
                               : std::string(1, letter);
        }
    return escaped;
}

std::string seconds(Milliseconds duration) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", static_cast<double>(duration.count()) / 1'000);
    return text;
}

}  // namespace

std::string describe(const TestReport& report, const std::string& again, bool colours) {
    std::string text = report.passed() ? coloured("  ok      ", "32", colours)
                                       : coloured("  FAILED  ", "31", colours);
    text += report.name + "  (" +
            (report.simulated > Milliseconds(0) ? readable(report.simulated) + " simulated, "
                                                : std::string()) +
            std::to_string(report.took.count()) + " ms" + faults_of(report.faults) + ")\n";
    if (report.passed()) return text;
    text += failures_of(report, "    ");
    if (!report.timeline.empty()) text += "    nodes:\n" + timeline_of(report);
    if (!again.empty()) text += "    again: " + again + "\n";
    return text;
}

std::string junit(const std::vector<TestedFile>& files) {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::string suites;
    for (const auto& file : files) {
        std::size_t failed = 0;
        Milliseconds took{0};
        std::string cases;
        for (const auto& report : file.reports) {
            took += report.took;
            cases += "    <testcase classname=\"" + xml(file.path) + "\" name=\"" +
                     xml(report.name) + "\" time=\"" + seconds(report.took) + "\"";
            if (report.passed()) {
                cases += "/>\n";
                continue;
            }
            ++failed;
            cases += ">\n      <failure message=\"" + xml(report.failures.front().message) + "\">" +
                     xml(failures_of(report, "") + timeline_of(report)) +
                     "</failure>\n    </testcase>\n";
        }
        suites += "  <testsuite name=\"" + xml(file.path) + "\" tests=\"" +
                  std::to_string(file.reports.size()) + "\" failures=\"" + std::to_string(failed) +
                  "\" errors=\"0\" time=\"" + seconds(took) + "\">\n" + cases + "  </testsuite>\n";
        tests += file.reports.size();
        failures += failed;
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"" +
           std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\">\n" + suites +
           "</testsuites>\n";
}

}  // namespace sluice::app
