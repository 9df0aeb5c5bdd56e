#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

#include <unistd.h>

#include "app/code_options.hpp"
#include "app/commands.hpp"
#include "app/data_file.hpp"
#include "app/finish.hpp"
#include "app/flow_files.hpp"
#include "app/test_output.hpp"
#include "engine/async/timers.hpp"
#include "engine/engine.hpp"
#include "engine/testing/test_file.hpp"
#include "engine/testing/test_run.hpp"

namespace sluice::app {
namespace {

using testing::TestFaults;

/// A test file with the flow that it tests.
struct Tests {
    std::string path;
    FlowFile flow;
    std::vector<testing::TestCase> cases;
};

/// Without `.test`: `orders.test.yaml` tests `orders.yaml`.
std::string flow_beside(const std::string& path) {
    for (const char* const end : {".yaml", ".yml", ".json"}) {
        const std::string whole = std::string(".test") + end;
        if (path.size() > whole.size() && path.ends_with(whole))
            return path.substr(0, path.size() - whole.size()) + end;
    }
    return {};
}

std::optional<std::string> flow_path(const std::string& path,
                                     const definition::Document& document) {
    if (const auto named = testing::flow_named_in(document))
        return (std::filesystem::path(path).parent_path() / *named).string();
    if (auto beside = flow_beside(path); !beside.empty()) return beside;
    return std::nullopt;
}

bool wanted(const std::string& name, const std::string& filter) {
    return filter.empty() || name.find(filter) != std::string::npos;
}

class Testing {
  public:
    explicit Testing(const TestConfiguration& configuration)
        : configuration_(configuration),
          driver_(loop_, clock_, timers_),
          scripts_(loop_, clock_, timers_, scripts_options(configuration.code, {})),
          engine_(loop_, options()) {}

    ~Testing() { finish(loop_, scripts_.close()); }
    Testing(const Testing&) = delete;
    Testing& operator=(const Testing&) = delete;

    int run(const std::vector<std::string>& paths, const TestFaults& faults) {
        std::vector<Tests> all;
        bool usable = true;
        for (const auto& path : paths) usable = read(path, all) && usable;
        if (!usable) return exit_usage;
        for (const auto& tests : all)
            for (const auto& test : tests.cases)
                total_ += wanted(test.name, configuration_.filter) ? 1 : 0;
        if (total_ == 0) {
            std::fprintf(stderr, "sluice: no test has '%s' in its name\n",
                         configuration_.filter.c_str());
            return exit_usage;
        }
        std::vector<TestedFile> files;
        for (const auto& tests : all) files.push_back(run(tests, faults));
        return report(files);
    }

  private:
    EngineOptions options() {
        EngineOptions chosen;
        chosen.scripts = &scripts_;
        chosen.timers = &timers_;
        return chosen;
    }

    /// False when the file, or its flow, is not usable; tells every problem.
    bool read(const std::string& path, std::vector<Tests>& all) {
        const auto file = read_flow_file(path);
        if (!file) {
            std::fprintf(stderr, "sluice: %s\n", file.error().message.c_str());
            return false;
        }
        const auto document = definition::parse_document(file->source, file->format);
        const auto flow = flow_path(path, document);
        Tests tests;
        tests.path = path;
        CompiledSource judged;
        bool usable = true;
        if (!flow) {
            std::fprintf(stderr,
                         "%s: error: it does not say which flow it tests: write `flow: FILE`, or "
                         "name it FLOW.test.yaml beside FLOW.yaml\n",
                         path.c_str());
            usable = false;
        } else if (auto source = read_flow_file(*flow); !source) {
            std::fprintf(stderr, "%s: error: its flow: %s\n", path.c_str(),
                         source.error().message.c_str());
            usable = false;
        } else {
            tests.flow = std::move(*source);
            judged = finish(loop_, engine_.flows().judge({tests.flow.source, tests.flow.format}));
            usable = judged.program != nullptr;
            if (!usable)
                for (const auto& diagnostic : judged.diagnostics)
                    std::fprintf(stderr, "%s\n", describe(*flow, diagnostic).c_str());
        }
        auto parsed = testing::parse_tests(document, judged.program.get());
        for (const auto& diagnostic : parsed.diagnostics)
            std::fprintf(stderr, "%s\n", describe(path, diagnostic).c_str());
        tests.cases = std::move(parsed.tests);
        if (parsed.diagnostics.empty() && usable) all.push_back(std::move(tests));
        return parsed.diagnostics.empty() && usable;
    }

    TestedFile run(const Tests& tests, const TestFaults& faults) {
        TestedFile done;
        done.path = tests.path;
        const testing::TestServices services{loop_, clock_, engine_.nodes(), &scripts_};
        bool named = false;
        for (const auto& test : tests.cases) {
            if (!wanted(test.name, configuration_.filter)) continue;
            progress_.show(std::to_string(++current_) + " of " + std::to_string(total_) + ": " +
                           test.name);
            auto report =
                testing::run_test(test, {tests.flow.source, tests.flow.format}, services, faults);
            progress_.clear();
            if (!configuration_.quiet || !report.passed()) {
                if (!std::exchange(named, true)) std::printf("%s\n", tests.path.c_str());
                std::printf("%s", describe(report, again(tests, report, faults), colours_).c_str());
                std::fflush(stdout);
            }
            done.reports.push_back(std::move(report));
        }
        return done;
    }

    [[nodiscard]] std::string again(const Tests& tests, const testing::TestReport& report,
                                    const TestFaults& faults) const {
        if (!faults.any()) return {};
        std::string kinds;
        for (const auto& [on, name] :
             {std::pair{faults.kill, "kill"}, std::pair{faults.http, "http"},
              std::pair{faults.clock, "clock"}})
            if (on) kinds += (kinds.empty() ? "" : ",") + std::string(name);
        return "sluice test " + tests.path + " --filter '" + report.name + "' --seed " +
               std::to_string(faults.seed) + " --faults " + kinds;
    }

    int report(const std::vector<TestedFile>& files) {
        std::size_t failed = 0;
        for (const auto& file : files)
            for (const auto& report : file.reports) failed += report.passed() ? 0 : 1;
        if (failed == 0)
            std::printf("%zu %s passed\n", total_, total_ == 1 ? "test" : "tests");
        else
            std::printf("%zu of %zu %s failed\n", failed, total_, total_ == 1 ? "test" : "tests");
        if (!configuration_.junit.empty()) {
            std::ofstream stream(configuration_.junit, std::ios::binary);
            stream << junit(files);
            stream.close();
            if (!stream) {
                std::fprintf(stderr, "sluice: cannot write '%s'\n", configuration_.junit.c_str());
                return exit_usage;
            }
        }
        return failed == 0 ? exit_ok : exit_failed;
    }

    const TestConfiguration& configuration_;
    asio::io_context loop_{1};
    const SystemClock clock_;
    timer_queue timers_;
    const loop_timers driver_;
    script::Scripts scripts_;
    Engine engine_;
    ProgressLine progress_{true};
    bool colours_ = isatty(STDOUT_FILENO) != 0;
    std::size_t total_ = 0;
    std::size_t current_ = 0;
};

std::optional<TestFaults> faults_of(const TestConfiguration& configuration) {
    TestFaults faults;
    faults.seed = configuration.seed;
    for (const auto& name : configuration.faults) {
        if (name == "kill")
            faults.kill = true;
        else if (name == "http")
            faults.http = true;
        else if (name == "clock")
            faults.clock = true;
        else {
            std::fprintf(stderr,
                         "sluice: there are no faults '%s'; there are kill, http and clock\n",
                         name.c_str());
            return std::nullopt;
        }
    }
    return faults;
}

}  // namespace

int test(const TestConfiguration& configuration) {
    const auto faults = faults_of(configuration);
    if (!faults) return exit_usage;
    const auto files = find_test_files(configuration.files);
    if (!files) {
        std::fprintf(stderr, "sluice: %s\n", files.error().message.c_str());
        return exit_usage;
    }
    if (files->empty()) {
        std::fprintf(stderr, "sluice: there is no test (*.test.yaml) there\n");
        return exit_usage;
    }
    return Testing(configuration).run(*files, *faults);
}

}  // namespace sluice::app
