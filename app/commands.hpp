#pragma once

#include "app/configuration.hpp"

namespace sluice::app {

/// What the process exits with.
enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 1,     ///< the execution failed, the server could not start, a flow has problems
    exit_usage = 2,      ///< wrong arguments, unreadable files, a flow that does not compile
    exit_timed_out = 4,  ///< the execution timed out
    exit_cancelled = 130,  ///< the execution was cancelled (Ctrl-C)
};

/// Serves until SIGTERM or SIGINT.
int serve(const ServeConfiguration& configuration);
/// Runs one flow without a server: live lines on standard error, the result on standard output.
int run(const RunConfiguration& configuration);
/// Judges flow files, one line a problem.
int validate(const ValidateConfiguration& configuration);
/// Shows what `run` would do, and performs nothing.
int dry_run(const RunConfiguration& configuration);
/// Prints a stored execution as a test of its flow.
int record(const RecordConfiguration& configuration);
/// Runs tests of flows on a simulated clock: what failed and why, JUnit XML for machines.
int test(const TestConfiguration& configuration);
/// Draws a flow as SVG or Mermaid.
int graph(const GraphConfiguration& configuration);
/// Makes a new flow with a test beside it.
int init(const InitConfiguration& configuration);
/// Gives flow files their canonical form, or says which do not have it.
int format(const FormatConfiguration& configuration);
/// Evaluates one expression and prints its value, or what is wrong with it and where.
int eval(const EvalConfiguration& configuration);
/// Checks a data file: pages, indexes, and every execution's chain, journal and columns.
int verify(const VerifyConfiguration& configuration);
/// Explains what an execution waits for, or why a flow was not started.
int why(const WhyConfiguration& configuration);
/// Copies a data file, also of a running server.
int backup(const BackupConfiguration& configuration);
/// Checks the environment that `serve` would find.
int doctor(const DoctorConfiguration& configuration);

}  // namespace sluice::app
