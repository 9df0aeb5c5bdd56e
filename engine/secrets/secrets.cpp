#include "engine/secrets/secrets.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "engine/model/utf8.hpp"
#include "engine/secrets/escapes.hpp"
#include "engine/secrets/secret_forms.hpp"

namespace sluice {
namespace {

constexpr std::size_t least_variety = 4;

bool is_secret_name(std::string_view name) {
    const auto is_letter = [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
               character == '_';
    };
    return !name.empty() && is_letter(name[0]) && std::ranges::all_of(name, [&](char character) {
        return is_letter(character) || (character >= '0' && character <= '9');
    });
}

bool is_numeric(std::string_view value) {
    return value.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
}

std::optional<Error> judge(const std::string& name, const std::string& value,
                           const Limits& limits) {
    const std::string secret = "the secret " + name;
    if (!is_secret_name(name) || name.size() > limits.secret_name_length)
        return Error{"invalid_secret_name",
                     "'" + name.substr(0, limits.secret_name_length) +
                         "' is no name of a secret: it has letters of ASCII, digits and _, begins "
                         "with no digit, and has at most " +
                         std::to_string(limits.secret_name_length) + " characters",
                     {}};
    if (!is_valid_utf8(value) || value.find('\0') != std::string::npos)
        return Error{
            "secret_not_text", secret + " must be a text in UTF-8; encode it in base64", {}};
    if (value.size() < limits.secret_least_bytes)
        return Error{
            "secret_too_short",
            secret + " has " + std::to_string(value.size()) + " bytes; under " +
                std::to_string(limits.secret_least_bytes) +
                " it would stand in many texts by chance, and could not be redacted safely",
            {}};
    if (value.size() > limits.secret_bytes)
        return Error{"secret_too_long",
                     secret + " has " + std::to_string(value.size()) + " bytes; at most " +
                         std::to_string(limits.secret_bytes) + " are allowed",
                     {}};
    if (std::set<char>(value.begin(), value.end()).size() < least_variety)
        return Error{"secret_too_simple",
                     secret + " has fewer than " + std::to_string(least_variety) +
                         " different characters, and would stand in many texts by chance",
                     {}};
    return std::nullopt;
}

}  // namespace

result<std::shared_ptr<const Secrets>> Secrets::create(
    const std::map<std::string, std::string>& values, const Limits& limits) {
    if (values.size() > limits.secrets)
        return Error{"too_many_secrets",
                     "there are " + std::to_string(values.size()) + " secrets; at most " +
                         std::to_string(limits.secrets) + " are allowed",
                     {}};
    const std::shared_ptr<Secrets> secrets(new Secrets);
    const auto table = std::make_shared<RedactionTable>();
    std::vector<PatternSearch::Pattern> patterns;
    std::size_t bytes = 0;
    for (const auto& [name, value] : values) {
        if (auto fault = judge(name, value, limits)) return std::move(*fault);
        bytes += value.size();
        if (bytes > limits.secrets_bytes)
            return Error{"secrets_too_large",
                         "all secrets together take more than " +
                             std::to_string(limits.secrets_bytes) + " bytes",
                         {}};
        add_forms(value, static_cast<std::uint32_t>(secrets->names_.size()),
                  limits.secret_least_bytes, patterns);
        secrets->names_.push_back(name);
        secrets->values_.emplace_back(value);
        table->marks.push_back(redaction_mark(name));
        table->numeric.push_back(is_numeric(value));
        table->escapes.push_back(escapes_in(value) != 0);
    }
    table->search = PatternSearch(patterns);
    secrets->table_ = table;
    if (const auto name = secrets->name_in_mark())
        return Error{"secret_in_mark",
                     "the value of the secret " + *name +
                         " stands in the text that replaces secrets, " + redaction_mark("NAME") +
                         "; choose another value",
                     {}};
    return std::shared_ptr<const Secrets>(secrets);
}

/// The secret whose value stands in the mark of one.
std::optional<std::string> Secrets::name_in_mark() const {
    const auto stands_in_mark = [this](const Redaction& redaction) {
        return std::ranges::any_of(table_->marks, [&](const std::string& mark) {
            return redaction.redacted(mark).has_value();
        });
    };
    if (!stands_in_mark(redaction())) return std::nullopt;
    for (const auto& name : names_)
        if (stands_in_mark(redaction(std::span(&name, 1)))) return name;
    return std::nullopt;
}

const Value* Secrets::find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(names_, name);
    if (found == names_.end() || *found != name) return nullptr;
    return &values_[static_cast<std::size_t>(found - names_.begin())];
}

Redaction Secrets::redaction(std::span<const std::string> names) const {
    std::vector<bool> wanted(names_.size());
    for (const auto& name : names) {
        const auto found = std::ranges::lower_bound(names_, name);
        if (found != names_.end() && *found == name)
            wanted[static_cast<std::size_t>(found - names_.begin())] = true;
    }
    return {table_, std::move(wanted)};
}

Redaction Secrets::redaction() const {
    return {table_, std::vector<bool>(names_.size(), true)};
}

}  // namespace sluice
