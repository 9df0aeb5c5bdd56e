#include <cstdio>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/data_file.hpp"
#include "engine/engine.hpp"
#include "engine/testing/recording.hpp"
#include "store/inspection.hpp"

namespace sluice::app {

int record(const RecordConfiguration& configuration) {
    const auto inspection = Inspection::open(configuration.data);
    if (!inspection) return refuse(inspection.error());
    const auto id = Uuid::parse(configuration.execution);
    const auto execution = id ? (*inspection)->execution(*id) : std::nullopt;
    if (!execution) {
        std::fprintf(stderr, "sluice: there is no execution '%s' in %s\n",
                     configuration.execution.c_str(), configuration.data.c_str());
        return exit_usage;
    }
    const auto revision = (*inspection)->revision(execution->record.revision);
    asio::io_context loop(1);
    Engine engine(loop);
    // Tests are of the native language only, so other dialects are not even read.
    std::shared_ptr<const Program> program;
    if (revision) program = engine.flows().compile(source_of(*revision)).program;
    if (program == nullptr) {
        std::fprintf(stderr,
                     "sluice: the revision of this execution is missing, is of a dialect, or does "
                     "not compile with this version\n");
        return exit_failed;
    }
    const std::string flow =
        configuration.flow.empty() ? program->definition().name + ".yaml" : configuration.flow;
    std::printf(
        "%s", testing::record_test(*program, execution->record, execution->journal, flow).c_str());
    return exit_ok;
}

}  // namespace sluice::app
