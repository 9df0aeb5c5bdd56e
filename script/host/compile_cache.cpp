#include "script/host/compile_cache.hpp"

#include <algorithm>
#include <utility>

#include <js/CompileOptions.h>
#include <js/SourceText.h>

namespace sluice::script {
namespace {

constexpr std::size_t most_entries = 64;
constexpr std::size_t most_units = 1u << 20;  // of text, in all entries

JSScript* instantiate(JSContext* context, JS::Stencil* stencil) {
    return JS::InstantiateGlobalStencil(context, JS::InstantiateOptions(), stencil);
}

}  // namespace

CompileCache::Entries::iterator CompileCache::place_of(const std::string& name,
                                                       std::u16string_view text) {
    return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.text.size() == text.size() && entry.name == name && entry.text == text;
    });
}

JSScript* CompileCache::find(JSContext* context, const std::string& name,
                             std::u16string_view text) {
    const auto found = place_of(name, text);
    if (found == entries_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found);
    return instantiate(context, found->stencil);
}

JSScript* CompileCache::add(JSContext* context, const std::string& name, std::u16string_view text,
                            std::u16string_view source) {
    JS::SourceText<char16_t> units;
    if (!units.init(context, source.data(), source.size(), JS::SourceOwnership::Borrowed))
        return nullptr;
    JS::CompileOptions options(context);
    options.setFileAndLine(name.c_str(), 1);
    options.setForceFullParse();  // otherwise the inside of a function is parsed in every realm
    RefPtr<JS::Stencil> stencil = JS::CompileGlobalScriptToStencil(context, options, units);
    if (stencil == nullptr) return nullptr;
    units_ += text.size();
    entries_.push_front({name, std::u16string(text), stencil});
    while (entries_.size() > 1 && (entries_.size() > most_entries || units_ > most_units)) {
        units_ -= entries_.back().text.size();
        entries_.pop_back();
    }
    return instantiate(context, stencil);
}

}  // namespace sluice::script
