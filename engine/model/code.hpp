#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// What code of a flow is written in.
enum class CodeLanguage : std::uint8_t { javascript, python };

[[nodiscard]] constexpr std::string_view to_word(CodeLanguage language) {
    return language == CodeLanguage::javascript ? "javascript" : "python";
}

/// Declarations that all code nodes of a flow and of the module's language see.
struct CodeModule {
    CodeLanguage language = CodeLanguage::javascript;
    std::string name;  ///< unique within its language
    std::string text;
};

/// In the order of the source.
using CodeModules = std::vector<CodeModule>;

}  // namespace sluice
