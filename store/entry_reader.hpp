#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/run/records.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What `Records` reads about entries. All throw SQLite::Exception.
class EntryReader {
  public:
    explicit EntryReader(StatementCache& statements) : statements_(statements) {}

    std::optional<Entry> find(const EntryKey& key);
    std::vector<EntryRecord> list(const EntryFilter& filter);
    std::size_t count(const std::string& entry_namespace);

  private:
    StatementCache& statements_;
};

}  // namespace sluice::store
