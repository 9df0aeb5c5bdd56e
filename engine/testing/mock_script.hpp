#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include "engine/testing/test_case.hpp"

namespace sluice::testing {

/// Gives out the answers of a mock. Who asks the same again, because the process died in between,
/// is answered the same.
class MockScript {
  public:
    explicit MockScript(const Script<MockAnswer>& script) : script_(&script) {}

    /// The answer to `asker`, a name of one attempt; nullptr when all have been given.
    [[nodiscard]] const MockAnswer* next(const std::string& asker) {
        if (script_->entries.empty()) return nullptr;
        if (!script_->each_once) return &script_->entries.front();
        const auto [given, first] = given_.try_emplace(asker, given_.size());
        if (given->second < script_->entries.size()) return &script_->entries[given->second];
        return nullptr;
    }

    [[nodiscard]] bool gave(const std::string& asker) const { return given_.contains(asker); }

    /// Answers that are left, at least the one for ever.
    [[nodiscard]] std::size_t left() const {
        if (!script_->each_once) return 1;
        return script_->entries.size() - std::min(given_.size(), script_->entries.size());
    }
    [[nodiscard]] std::size_t size() const { return script_->entries.size(); }

  private:
    const Script<MockAnswer>* script_;
    std::map<std::string, std::size_t> given_;
};

}  // namespace sluice::testing
