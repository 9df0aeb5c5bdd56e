#include <algorithm>
#include <cstdio>

#include <unistd.h>

#include "app/commands.hpp"
#include "app/doctor_checks.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::app {
namespace {

const char* word_of(Health health) {
    switch (health) {
        case Health::ok:
            return "ok";
        case Health::warn:
            return "warn";
        case Health::fail:
            return "fail";
    }
    return "fail";
}

const char* colour_of(Health health) {
    switch (health) {
        case Health::ok:
            return "\x1b[32m";
        case Health::warn:
            return "\x1b[33m";
        case Health::fail:
            return "\x1b[31m";
    }
    return "";
}

void print(const CheckUp& check, bool colours) {
    std::printf("%s%-4s%s  %-16s%s\n", colours ? colour_of(check.health) : "",
                word_of(check.health), colours ? "\x1b[0m" : "", check.name.c_str(),
                check.finding.c_str());
    if (!check.remedy.empty()) std::printf("%22s-> %s\n", "", check.remedy.c_str());
}

}  // namespace

int doctor(const DoctorConfiguration& configuration) {
    const auto checks = check_environment(configuration);
    const auto count = [&checks](Health health) {
        return std::count_if(checks.begin(), checks.end(),
                             [health](const CheckUp& check) { return check.health == health; });
    };
    const auto failures = count(Health::fail);
    if (configuration.json) {
        Array list;
        for (const auto& check : checks) {
            Object entry{{"check", check.name},
                         {"health", word_of(check.health)},
                         {"finding", check.finding}};
            if (!check.remedy.empty()) entry["remedy"] = check.remedy;
            list.push_back(std::move(entry));
        }
        std::printf(
            "%s\n",
            to_pretty_json(Object{{"ok", failures == 0}, {"checks", std::move(list)}}).c_str());
    } else {
        const bool colours = ::isatty(STDOUT_FILENO) == 1;
        for (const auto& check : checks) print(check, colours);
        std::printf("%td failures, %td warnings\n", failures, count(Health::warn));
    }
    return failures == 0 ? exit_ok : exit_failed;
}

}  // namespace sluice::app
