#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <jsapi.h>

#include "script/host/channel.hpp"
#include "script/host/failure.hpp"
#include "script/host/json_writer.hpp"
#include "script/host/random.hpp"
#include "script/host/request.hpp"

namespace sluice::script {

/// One request, from its `run` message to its `result` or `failure`, in a realm of its own. The
/// realm's functions (console, http ...) find it as the context's private data.
class Run {
  public:
    /// `context` is in the realm, and stays in it as long as the run lives.
    Run(JSContext* context, Channel& channel);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    static Run& of(JSContext* context) { return *static_cast<Run*>(JS_GetContextPrivate(context)); }

    /// Runs the code and sends how it ended. False when the process is not to be used again.
    [[nodiscard]] bool perform(std::string_view message);

    // What the realm's functions do.
    [[nodiscard]] bool log(std::string_view level, const JS::CallArgs& arguments);
    [[nodiscard]] bool call(const char* name, JS::HandleValue argument,
                            JS::MutableHandleValue promise);
    [[nodiscard]] SeededRandom& random() { return random_; }

    /// What `Date` answers, in microseconds since the epoch.
    static double now_us();
    /// The engine found no memory.
    static void ran_out_of_memory();

  private:
    struct OpenCall {
        explicit OpenCall(JSContext* context) : promise(context), stack(context) {}
        JS::PersistentRootedObject promise;
        JS::PersistentRootedObject stack;  // where the code made it
    };

    [[nodiscard]] std::optional<Failure> execute(JS::HandleObject message, std::string& result);
    [[nodiscard]] bool compile(JS::HandleObject message, JS::MutableHandleValue function);
    [[nodiscard]] bool define_scope(JS::HandleObject message);
    [[nodiscard]] bool run_modules(JS::HandleObject message);
    [[nodiscard]] std::optional<Failure> check(JS::HandleObject message, std::string& result);
    [[nodiscard]] bool check_text(JS::HandleObject text);
    void place_within(Failure& failure, JS::HandleString code);
    [[nodiscard]] std::optional<Failure> settle(JS::HandleObject promise,
                                                JS::MutableHandleValue value);
    [[nodiscard]] bool take_answer();
    [[nodiscard]] bool reject(const OpenCall& open, JS::HandleObject error);
    [[nodiscard]] Failure stopped();
    [[nodiscard]] Failure failed(JS::HandleValue thrown, JS::HandleObject stack);
    [[nodiscard]] Failure unusable(WriteProblem problem);
    [[nodiscard]] bool append_inspected(JS::HandleValue value, std::string& line);
    void send_line(std::string_view level, std::string_view text);

    JSContext* context_;
    Channel& channel_;
    Request request_;
    SeededRandom random_{0};
    std::map<std::uint32_t, std::unique_ptr<OpenCall>> open_;
    std::uint32_t calls_ = 0;
    std::uint32_t lines_ = 0;
};

}  // namespace sluice::script
