#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/flow.hpp"
#include "engine/run/program.hpp"

namespace sluice {

/// Which flow a webhook's key starts. A key belongs to one flow of the whole store.
class WebhookTable {
  public:
    struct Entry {
        std::int64_t flow = 0;  ///< FlowRecord::number
        std::shared_ptr<const Program> program;
        WebhookRespond respond = WebhookRespond::result;
        std::string trigger;  ///< its id in the definition
    };

    /// nullptr when no flow has the key.
    [[nodiscard]] const Entry* find(std::string_view key) const;

    /// Error `webhook_key_taken` when another flow than `flow` (0: none yet) has one of the keys.
    [[nodiscard]] result<void> check(std::int64_t flow,
                                     const std::vector<WebhookTrigger>& webhooks) const;

    /// Makes the table say what the flow's newest revision says; its former keys are free again.
    void replace(std::int64_t flow, const std::shared_ptr<const Program>& program);
    void remove(std::int64_t flow);

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const {
            return std::hash<std::string_view>()(key);
        }
    };
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace sluice
