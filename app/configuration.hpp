#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"
#include "engine/run/retention.hpp"

namespace sluice::app {

/// What runs code nodes.
struct CodeConfiguration {
    std::string script_host;  ///< program of JavaScript; empty: the one beside this program
    std::string python_host;  ///< program of Python; the same
    bool enable_python = false;
};

/// What runs the programs of `shell.exec`.
struct ShellConfiguration {
    bool enable = false;
    /// Variables of this process that programs get.
    std::vector<std::string> environment_names{"PATH", "HOME", "LANG", "TZ"};
    std::size_t at_once = 16;  ///< programs; further ones wait
};

/// What `sluice serve` is told: by flags, which override the environment (`SLUICE_...`), which
/// overrides the configuration file, which overrides these defaults.
struct ServeConfiguration {
    std::string listen = "127.0.0.1:8080";
    std::string data = "sluice.db";
    std::vector<std::string> flows;     ///< files, or folders of them
    std::vector<std::string> dialects;  ///< NAME or NAME=HOST:PORT: listeners of foreign APIs
    std::vector<std::string> environment_names;
    std::string secrets_file;  ///< YAML or JSON: names and values; empty: none
    std::vector<std::string>
        allow;  ///< outgoing addresses that are allowed in spite of being private
    std::string ca_file;
    CodeConfiguration code;
    ShellConfiguration shell;
    bool insecure = false;
    bool access_log = false;
    std::string log_level;  ///< empty: info, or what a dialect's own variable says
    std::uint32_t shutdown_seconds = 20;
    std::uint32_t header_seconds = 10;
    std::uint32_t body_seconds = 30;
    std::string retention_age = "30d";  ///< a duration, or 0: ended executions are kept for ever
    std::uint64_t retention_count = 0;  ///< newest ended executions of each flow; 0: all
    std::uint64_t retention_bytes = 0;  ///< quota of the whole data file; 0: none
    Limits limits;
};

/// The `retention_*` of a configuration; nullopt when its age is no duration.
[[nodiscard]] std::optional<RetentionSettings> retention_of(
    const ServeConfiguration& configuration);

/// What `sluice run` is told.
struct RunConfiguration {
    std::string file;
    std::vector<std::string> inputs;  ///< key=value; a value that is JSON is taken as JSON
    std::string input_file;           ///< JSON; `-` is standard input
    std::vector<std::string> environment_names;
    std::string secrets_file;
    std::string ca_file;
    CodeConfiguration code;
    ShellConfiguration shell;
    bool quiet = false;
    bool dry_run = false;  ///< show what would run, and perform nothing
};

struct ValidateConfiguration {
    std::vector<std::string> files;
    CodeConfiguration code;
    bool json = false;
};

/// What `sluice test` is told.
struct TestConfiguration {
    std::vector<std::string> files;   ///< tests, flows with a test beside them, or folders
    std::vector<std::string> faults;  ///< `kill`, `http`, `clock`
    std::uint64_t seed = 1;
    std::string filter;  ///< only tests with this in their name
    std::string junit;   ///< file for the report as JUnit XML; empty: none
    CodeConfiguration code;
    bool quiet = false;
};

/// What `sluice record` is told.
struct RecordConfiguration {
    std::string execution;
    std::string data = "sluice.db";
    std::string flow;  ///< file that the test names; empty: the flow's name with `.yaml`
};

struct GraphConfiguration {
    std::string file;
    std::string format;  ///< mermaid or svg; empty: by the name of `output`, else Mermaid
    std::string output;  ///< empty: standard output
    CodeConfiguration code;
};

struct InitConfiguration {
    std::string folder = ".";
    std::string flow_template;  ///< empty: the first one
    std::string name;           ///< of the flow; empty: the template's
    bool list = false;
};

struct FormatConfiguration {
    std::vector<std::string> files;
    bool check = false;
};

struct EvalConfiguration {
    std::string expression;
    std::string input;      ///< file with the JSON that is `input`; `-` is standard input
    std::string scope;      ///< file with an object of `input`, `nodes`, `vars` ...
    std::string time_zone;  ///< of the dates' local time; empty: UTC
    bool json = false;
};

struct VerifyConfiguration {
    std::string data = "sluice.db";
    std::string execution;  ///< only this one; empty: the whole file
    bool json = false;
};

struct WhyConfiguration {
    std::string id;      ///< of an execution, or a flow
    std::string server;  ///< empty: the default one, and the data file when nothing answers there
    std::string data;    ///< empty: see `server`
    bool json = false;
};

struct BackupConfiguration {
    std::string data = "sluice.db";
    std::string file;  ///< the copy; must not exist
};

struct DoctorConfiguration {
    std::string data = "sluice.db";
    std::string listen = "127.0.0.1:8080";
    bool json = false;
};

/// An address and a port: `127.0.0.1:8080`, `[::1]:8080`, `:8080` (loopback).
struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
};
[[nodiscard]] std::optional<Endpoint> parse_endpoint(const std::string& text);
/// 127.0.0.0/8, ::1 and localhost.
[[nodiscard]] bool is_loopback(const std::string& host);

/// The allowed part of the process's environment, as the root `env` of expressions. Names that are
/// not set are left out.
[[nodiscard]] Value environment_value(const std::vector<std::string>& names);

}  // namespace sluice::app
