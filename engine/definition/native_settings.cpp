#include "engine/definition/native_settings.hpp"

#include <array>

namespace sluice::definition {
namespace {

constexpr std::array<std::string_view, 12> settings_keys{
    "durability", "timeout",   "max_parallel", "max_steps",  "on_error", "max_attempts",
    "join",       "retention", "concurrency",  "rate_limit", "debounce", "priority"};
constexpr std::array<std::string_view, 2> retention_keys{"age", "count"};
constexpr std::array<std::string_view, 3> concurrency_keys{"limit", "key", "when_full"};
constexpr std::array<std::string_view, 2> rate_keys{"count", "per"};
constexpr std::array<std::string_view, 3> debounce_keys{"quiet", "max_wait", "key"};
// An execution is kept for a moment at least, so that who started it can see how it ended.
constexpr std::chrono::minutes least_retention_age{1};
constexpr std::int64_t most_retention_count = 1'000'000'000;
constexpr std::int64_t most_at_once = 1'000'000;
constexpr std::int64_t highest_priority = 9;
constexpr std::int64_t most_attempts = 100;

std::optional<Section> open(const Section& settings, std::string_view key,
                            std::span<const std::string_view> keys) {
    const Value* const value = settings.find(key);
    if (value == nullptr) return std::nullopt;
    auto section = Section::open(*value, settings.pointer(key), settings.problems());
    if (section) section->only(keys);
    return section;
}

void read_retention(const Section& settings, RetentionRule& rule) {
    const auto section = open(settings, "retention", retention_keys);
    if (!section) return;
    rule.age = section->duration("age", least_retention_age);
    if (const auto most = section->integer("count", 1, most_retention_count))
        rule.count = static_cast<std::uint64_t>(*most);
}

void read_concurrency(const Section& settings, std::optional<ConcurrencyRule>& rule) {
    const auto section = open(settings, "concurrency", concurrency_keys);
    if (!section || !section->require("limit", "how many executions may run at once")) return;
    const auto limit = section->integer("limit", 1, most_at_once);
    if (!limit) return;
    rule.emplace();
    rule->limit = static_cast<std::uint32_t>(*limit);
    if (const auto key = section->text("key")) rule->key = *key;
    rule->when_full =
        section
            ->choice<WhenFull>("when_full", {{"queue", WhenFull::queue},
                                             {"reject", WhenFull::reject},
                                             {"cancel_running", WhenFull::cancel_running},
                                             {"skip", WhenFull::skip}})
            .value_or(WhenFull::queue);
}

void read_rate_limit(const Section& settings, std::optional<RateRule>& rule) {
    const auto section = open(settings, "rate_limit", rate_keys);
    if (!section || !section->require("count", "how many executions may start") ||
        !section->require("per", "in which span of time"))
        return;
    const auto count = section->integer("count", 1, most_at_once);
    const auto per = section->duration("per", std::chrono::milliseconds(1));
    if (count && per) rule = RateRule{static_cast<std::uint32_t>(*count), *per};
}

void read_debounce(const Section& settings, std::optional<DebounceRule>& rule) {
    const auto section = open(settings, "debounce", debounce_keys);
    if (!section || !section->require("quiet", "how long no further start must come")) return;
    const auto quiet = section->duration("quiet", std::chrono::milliseconds(1));
    if (!quiet) return;
    rule.emplace();
    rule->quiet = *quiet;
    rule->max_wait = section->duration("max_wait", *quiet);
    if (const auto key = section->text("key")) rule->key = *key;
}

}  // namespace

JoinRule read_settings(const Section& flow, const Limits& limits, FlowSettings& settings) {
    const Value* value = flow.find("settings");
    if (value == nullptr) return JoinRule::all;
    const auto section = Section::open(*value, flow.pointer("settings"), flow.problems());
    if (!section) return JoinRule::all;
    section->only(settings_keys);
    settings.durability =
        section
            ->choice<Durability>("durability", {{"step", Durability::step},
                                                {"execution", Durability::execution},
                                                {"none", Durability::none}})
            .value_or(settings.durability);
    settings.on_error = section
                            ->choice<OnError>("on_error", {{"stop", OnError::stop},
                                                           {"continue", OnError::continue_path},
                                                           {"retry", OnError::retry}})
                            .value_or(settings.on_error);
    if (const auto most = section->integer("max_attempts", 1, most_attempts))
        settings.max_attempts = static_cast<std::uint32_t>(*most);
    settings.timeout = section->duration("timeout", std::chrono::milliseconds(1));
    if (const auto most = section->integer("max_parallel", 1, limits.max_parallel))
        settings.max_parallel = static_cast<std::uint32_t>(*most);
    if (const auto most = section->integer("max_steps", 1, limits.max_steps_ceiling))
        settings.max_steps = static_cast<std::uint32_t>(*most);
    if (const auto priority = section->integer("priority", 0, highest_priority))
        settings.priority = static_cast<int>(*priority);
    read_retention(*section, settings.retention);
    read_concurrency(*section, settings.concurrency);
    read_rate_limit(*section, settings.rate_limit);
    read_debounce(*section, settings.debounce);
    return section->choice<JoinRule>("join", {{"all", JoinRule::all}, {"any", JoinRule::any}})
        .value_or(JoinRule::all);
}

}  // namespace sluice::definition
