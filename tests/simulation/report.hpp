#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace sluice::testing {

/// What one run of one seed has to say.
struct Report {
    bool trace = false;  ///< also tell on standard output what happens
    std::vector<std::string> violations = {};

    void violation(std::string what) {
        say("VIOLATION: " + what);
        if (violations.size() < 20) violations.push_back(std::move(what));
    }
    void say(const std::string& what) const {
        if (trace) std::printf("%s\n", what.c_str());
    }
};

}  // namespace sluice::testing
