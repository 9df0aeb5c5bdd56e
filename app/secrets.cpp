#include "app/secrets.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/definition/document.hpp"

extern char** environ;  // POSIX

namespace sluice::app {
namespace {

constexpr std::string_view prefix = "SLUICE_SECRET_";

using Values = std::map<std::string, std::string>;

/// Removes them, so that no program that is started inherits them, and wipes them where /proc would
/// show them.
Values take_from_environment() {
    Values values;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable(*entry);
        const auto equals = variable.find('=');
        if (!variable.starts_with(prefix) || equals == std::string_view::npos) continue;
        values.emplace(variable.substr(prefix.size(), equals - prefix.size()),
                       variable.substr(equals + 1));
        explicit_bzero(*entry + equals + 1, variable.size() - equals - 1);
    }
    for (const auto& [name, value] : values) unsetenv((std::string(prefix) + name).c_str());
    return values;
}

class File {
  public:
    explicit File(const std::string& path) : handle_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (handle_ >= 0) close(handle_);
    }
    [[nodiscard]] int handle() const { return handle_; }

  private:
    int handle_;
};

Error file_error(const std::string& path, const std::string& why) {
    return {"secrets_file", "the file of secrets '" + path + "' " + why, {}};
}

/// The text of the file, in `text`.
result<void> read_private_file(const std::string& path, std::size_t most, std::string& text) {
    const File file(path);
    if (file.handle() < 0)
        return file_error(path, std::string("cannot be read: ") + std::strerror(errno));
    struct stat facts{};
    if (fstat(file.handle(), &facts) != 0 || !S_ISREG(facts.st_mode))
        return file_error(path, "is no regular file");
    if ((facts.st_mode & 077) != 0)
        return file_error(path,
                          "may be read or changed by others than its owner: chmod 600 " + path);
    text.resize(most + 1);
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = read(file.handle(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return file_error(path, std::string("cannot be read: ") + std::strerror(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > most) return file_error(path, "has more than " + std::to_string(most) + " bytes");
    text.resize(size);
    return {};
}

result<Values> read_file(const std::string& path) {
    const Limits limits;
    std::string text;
    if (const auto read = read_private_file(path, limits.source_bytes, text); !read)
        return read.error();
    const auto document = definition::parse_document(text, definition::SourceFormat::yaml, limits);
    for (const auto& diagnostic : document.diagnostics)
        if (diagnostic.severity == Severity::error)  // the message may quote what stands there
            return file_error(path, "is not readable as YAML or JSON: " + diagnostic.code +
                                        " in line " + std::to_string(diagnostic.line));
    const auto* const map = document.value.if_object();
    if (map == nullptr) return file_error(path, "must hold a map of names to texts");
    Values values;
    for (const auto& entry : *map) {
        const auto* const value = entry.value().if_string();
        if (value == nullptr)
            return file_error(
                path, "gives '" + std::string(entry.key()) + "' no text: put the value in quotes");
        values.emplace(entry.key(), std::string_view(value->data(), value->size()));
    }
    return values;
}

}  // namespace

result<std::shared_ptr<const Secrets>> read_secrets(const std::string& path) {
    Values values = take_from_environment();
    if (!path.empty()) {
        auto read = read_file(path);
        if (!read) return read.error();
        values.merge(std::move(*read));
    }
    return Secrets::create(values);
}

bool refuses_environment(const char* flag, const std::vector<std::string>& environment_names) {
    for (const auto& name : environment_names) {
        if (!name.starts_with(prefix)) continue;
        std::fprintf(stderr, "sluice: %s %s: this is a secret; flows read it as secrets.%s\n", flag,
                     name.c_str(), name.substr(prefix.size()).c_str());
        return true;
    }
    return false;
}

}  // namespace sluice::app
