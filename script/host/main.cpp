// sluice-script: runs the code of flows, one request at a time, with nothing of the world but a
// socket. Started by the pool (script/pool), not by people.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <alloca.h>
#include <js/ContextOptions.h>
#include <js/Date.h>
#include <js/Initialization.h>
#include <js/Interrupt.h>
#include <js/Stack.h>
#include <jsapi.h>
#include <jsfriendapi.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script/host/channel.hpp"
#include "script/host/code.hpp"
#include "script/host/memory.hpp"
#include "script/host/realm.hpp"
#include "script/host/run.hpp"
#include "script/host/sandbox.hpp"
#include "script/host/watchdog.hpp"
#include "script/protocol.hpp"

extern "C" const char* gMozCrashReason;

namespace sluice::script {
namespace {

constexpr std::size_t heap_bytes = 2047u << 20;  // before `Memory` says otherwise
constexpr std::size_t heavy_bytes = 64u << 10;   // of a request
constexpr std::int64_t heavy_us = 2'000;
constexpr std::size_t stack_quota = 768u << 10;
constexpr std::size_t stack_touched = 1536u << 10;

/// Where the engine cannot go on without memory, it crashes: that is told by the exit status.
/// Otherwise it happens again when this returns, and then ends the process.
void crashed(int) {
    if (gMozCrashReason != nullptr && (std::strstr(gMozCrashReason, "OOM") != nullptr ||
                                       std::strstr(gMozCrashReason, "oom") != nullptr ||
                                       std::strstr(gMozCrashReason, "memory") != nullptr))
        _exit(static_cast<int>(HostExit::out_of_memory));
}

void watch_crashes() {
    static char stack[64u << 10];
    stack_t alternative{};
    alternative.ss_sp = stack;
    alternative.ss_size = sizeof stack;
    sigaltstack(&alternative, nullptr);
    struct sigaction action{};
    action.sa_handler = crashed;
    action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP})
        sigaction(signal, &action, nullptr);
}

/// The stack's memory is taken before the address space is limited.
[[gnu::noinline]] void touch_stack() {
    auto* const memory = static_cast<volatile char*>(alloca(stack_touched));
    for (std::size_t at = 0; at < stack_touched; at += 4096) memory[at] = 1;
}

JSContext* make_context() {
    if (!JS_Init()) return nullptr;
    JSContext* const context = JS_NewContext(heap_bytes);
    if (context == nullptr || !js::UseInternalJobQueues(context) ||
        !JS::InitSelfHostedCode(context))
        return nullptr;
    JS_SetNativeStackQuota(context, stack_quota);
    JS::ContextOptionsRef(context).setAsmJS(false).setWasm(false);
    JS::SetReduceMicrosecondTimePrecisionCallback([](double, JSContext*) { return Run::now_us(); });
    JS::SetOutOfMemoryCallback(
        context, [](JSContext*, void*) { Run::ran_out_of_memory(); }, nullptr);
    refuse_text_as_code(context);
    return context;
}

/// A run before the first: what the engine makes once, it makes now.
bool rehearse(JSContext* context, JS::HandleObject global) {
    const JSAutoRealm in(context, global);
    warm_realm(context);
    JS::RootedValue function(context);
    const JS::RootedString code(context,
                                JS_NewStringCopyZ(context, "return [new Date(), /a/u, 0.5]"));
    return code != nullptr && compile_async_function(context, code, &function);
}

[[noreturn]] void serve(JSContext* context, Channel& channel, JS::HandleObject first) {
    JS::RootedObject global(context);
    for (;;) {
        bool heavy = false;
        global = make_realm(context, first);
        if (global == nullptr) _exit(static_cast<int>(HostExit::out_of_memory));
        {
            const JSAutoRealm in(context, global);
            warm_realm(context);
            std::string_view message = channel.read();
            // To calls of the run before, which did not wait for them.
            while (message.starts_with(R"({"type":"answer")")) message = channel.read();
            Run run(context, channel);
            if (!run.perform(message)) _exit(0);
            heavy = message.size() > heavy_bytes || Watchdog::processor_us() > heavy_us;
        }
        global = nullptr;
        Memory::tidy(context, heavy);
    }
}

int misused() {
    std::fputs("sluice-script is started by sluice, to run the code of flows.\n", stderr);
    return static_cast<int>(HostExit::misused);
}

}  // namespace
}  // namespace sluice::script

int main(int count, char** arguments) {
    using namespace sluice::script;
    struct stat channel_kind{};
    if (count != 2 || fstat(channel_descriptor, &channel_kind) != 0 ||
        !S_ISSOCK(channel_kind.st_mode))
        return misused();
    const std::size_t ceiling = std::strtoull(arguments[1], nullptr, 10);
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm, nullptr);  // the engine's own threads inherit it
    if (!close_descriptors(channel_descriptor) || !begin_sandbox())
        _exit(static_cast<int>(HostExit::no_sandbox));
    touch_stack();
    JSContext* const context = make_context();
    if (context == nullptr) _exit(static_cast<int>(HostExit::out_of_memory));
    watch_crashes();
    Channel channel(channel_descriptor);
    const JS::PersistentRootedObject first(context, make_realm(context, nullptr));
    if (first == nullptr || !rehearse(context, first))
        _exit(static_cast<int>(HostExit::out_of_memory));
    if (!Watchdog::install(context, channel_descriptor) || !Memory::begin(context, ceiling) ||
        !enter_filter())
        _exit(static_cast<int>(HostExit::no_sandbox));
    std::string ready =
        Channel::begin(R"({"type":"ready","protocol":)" + std::to_string(protocol_version) + "}");
    channel.send(ready);
    serve(context, channel, first);
}
