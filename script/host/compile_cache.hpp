#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include <js/experimental/JSStencil.h>
#include <jsapi.h>
#include <mozilla/RefPtr.h>

namespace sluice::script {

/// Scripts that were parsed before, whole, for the realms that run them again: only what a text
/// means is kept, nothing of a run. The least recently used make room.
class CompileCache {
  public:
    /// The script of a text that was added under this name; null when there is none, or with a
    /// pending exception.
    [[nodiscard]] JSScript* find(JSContext* context, const std::string& name,
                                 std::u16string_view text);

    /// Parses `source`, the whole script that `text` stands for, and keeps it. Null with a pending
    /// exception when it does not parse.
    [[nodiscard]] JSScript* add(JSContext* context, const std::string& name,
                                std::u16string_view text, std::u16string_view source);

  private:
    struct Entry {
        std::string name;
        std::u16string text;
        RefPtr<JS::Stencil> stencil;
    };
    using Entries = std::list<Entry>;

    [[nodiscard]] Entries::iterator place_of(const std::string& name, std::u16string_view text);

    Entries entries_;  // the one that was used last is at the front
    std::size_t units_ = 0;
};

}  // namespace sluice::script
