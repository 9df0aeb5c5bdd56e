// Any bytes as what a script host sends: frames are found without reading beyond them, and a
// message is understood or refused, never a crash; what was understood means the same twice.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/model/json_text.hpp"
#include "script/pool/messages.hpp"
#include "script/protocol.hpp"

namespace {

std::string understood(std::string_view json) {
    using namespace sluice;
    const auto message = script::parse_host_message(json);
    if (!message) return message.error().code;
    if (message->kind == script::HostMessage::Kind::result) {
        const auto problems = script::parse_problems(message->value);
        if (problems && problems->size() > json.size()) std::abort();
    }
    return std::to_string(static_cast<int>(message->kind)) + to_json(message->value) +
           message->text + message->failure.code + message->failure.message +
           to_json(message->failure.details);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sluice::script;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (understood(text) != understood(text)) std::abort();
    std::string_view rest = text;
    for (;;) {
        const std::size_t whole = frame_size(rest);
        if (whole == 0 || whole > rest.size()) break;
        (void)understood(rest.substr(frame_head_bytes, whole - frame_head_bytes));
        rest.remove_prefix(whole);
    }
    return 0;
}
