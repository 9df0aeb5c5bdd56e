#include "engine/definition/source_map.hpp"

#include <utility>

namespace sluice::definition {

void SourceMap::add(std::string pointer, SourcePosition value, SourcePosition key) {
    places_.insert_or_assign(std::move(pointer), Places{value, key});
}

SourcePosition SourceMap::value(std::string_view pointer) const {
    for (;;) {
        if (const auto found = places_.find(pointer); found != places_.end())
            return found->second.value;
        const auto slash = pointer.rfind('/');
        if (slash == std::string_view::npos) return {};
        pointer = pointer.substr(0, slash);
    }
}

SourcePosition SourceMap::key(std::string_view pointer) const {
    if (const auto found = places_.find(pointer); found != places_.end()) return found->second.key;
    return value(pointer);
}

}  // namespace sluice::definition
