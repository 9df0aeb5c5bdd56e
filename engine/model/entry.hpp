#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "engine/async/clock.hpp"

namespace sluice {

/// Which entry: a key within a namespace.
struct EntryKey {
    std::string entry_namespace;
    std::string key;
    auto operator<=>(const EntryKey&) const = default;
};

/// A plain durable value that flows and people share.
struct Entry {
    std::string json;          ///< the value as JSON text
    std::int64_t version = 1;  ///< counts its changes, from 1 when it is created
    WallTime created;          ///< two entries of one key differ in this
    WallTime updated;
    std::optional<WallTime> expires;  ///< from then on it counts as absent

    [[nodiscard]] bool is_over(WallTime now) const { return expires && *expires <= now; }
    bool operator==(const Entry&) const = default;
};

/// An entry as it is stored; none: it is not there any more.
struct EntryRecord {
    EntryKey key;
    std::optional<Entry> entry;
};

/// What becomes of an entry; none: it is removed.
struct EntryChange {
    std::optional<Entry> after;
};

/// The entry after a change of its value. `current` is the one that there is, null when there is
/// none.
[[nodiscard]] inline Entry changed_entry(const Entry* current, std::string json,
                                         std::optional<WallTime> expires, WallTime now) {
    Entry changed;
    changed.json = std::move(json);
    changed.version = current == nullptr ? 1 : current->version + 1;
    changed.created = current == nullptr ? now : current->created;
    changed.updated = now;
    changed.expires = expires;
    return changed;
}

/// What must be true of the entry that there is, before it is changed.
struct EntryCondition {
    bool absent = false;                  ///< there must be none
    bool present = false;                 ///< there must be one
    std::optional<std::int64_t> version;  ///< it must have this version
    std::optional<WallTime> created;      ///< and have been created then

    /// `current` is the entry that there is, null when there is none.
    [[nodiscard]] bool holds(const Entry* current) const {
        if (current == nullptr) return !present && !version && !created;
        return !absent && (!version || current->version == *version) &&
               (!created || current->created == *created);
    }
};

}  // namespace sluice
