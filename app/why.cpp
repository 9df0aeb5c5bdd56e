#include "engine/run/why.hpp"

#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/commands.hpp"
#include "app/data_file.hpp"
#include "app/dialects.hpp"
#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"
#include "http/client/client.hpp"
#include "store/inspection.hpp"

namespace sluice::app {
namespace {

constexpr const char* default_server = "http://127.0.0.1:8080";
constexpr const char* default_data = "sluice.db";
constexpr std::chrono::milliseconds patience{10'000};

/// `http://HOST:PORT` without a slash at the end.
std::string base_of(std::string server) {
    if (server.find("://") == std::string::npos) server.insert(0, "http://");
    while (!server.empty() && server.back() == '/') server.pop_back();
    return server;
}

task<HttpResponse> fetch(http::BeastHttpClient& client, std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    request.timeout = patience;
    co_return co_await client.send(std::move(request));
}

/// The answer of a server, or why there is none.
result<HttpResponse> get(const std::string& url) {
    asio::io_context loop(1);
    const SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    http::BeastHttpClient client(loop, clock, timers);
    std::optional<HttpResponse> response;
    std::optional<Error> failure;
    asio::co_spawn(loop, fetch(client, url),
                   [&](const std::exception_ptr& thrown, HttpResponse answer) {
                       response = std::move(answer);
                       if (!thrown) return loop.stop();
                       try {
                           std::rethrow_exception(thrown);
                       } catch (const NodeFailure& error) {
                           failure = Error{error.error().code, error.error().message, {}};
                       } catch (const std::exception& error) {
                           failure = Error{"http_failed", error.what(), {}};
                       }
                       loop.stop();
                   });
    loop.run();
    if (failure) return std::move(*failure);
    return std::move(*response);
}

/// A segment of a path; ids and names of flows need little of it.
std::string encoded(const std::string& text) {
    std::string path;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (std::isalnum(byte) != 0 ||
            std::string_view("-._~:").find(letter) != std::string::npos) {
            path += letter;
        } else {
            std::array<char, 4> code{};
            std::snprintf(code.data(), code.size(), "%%%02X", byte);
            path += code.data();
        }
    }
    return path;
}

/// Error `not_found` when the server knows neither an execution nor a flow of this name.
result<Value> ask_server(const std::string& base, const std::string& id) {
    const bool is_id = Uuid::parse(id).has_value();
    for (const char* const resource : {"executions", "flows"}) {
        if (!is_id && std::string_view(resource) == "executions") continue;
        const auto answer = get(base + "/api/v1/" + resource + "/" + encoded(id) + "/why");
        if (!answer) return answer.error();
        auto body = parse_json(answer->body);
        if (answer->status == 200 && body) return std::move(*body);
        if (answer->status == 404) continue;
        return Error{"server_failed",
                     base + " answers " + std::to_string(answer->status) + ": " + answer->body,
                     {}};
    }
    return Error{"not_found",
                 base + " knows no " + (is_id ? "execution or flow" : "flow") + " '" + id + "'",
                 {}};
}

/// The same from a data file; errors besides those of the file: `not_found`, `flow_unusable`.
result<Value> ask_file(const std::string& data, const std::string& id) {
    const auto inspection = Inspection::open(data);
    if (!inspection) return inspection.error();
    const auto uuid = Uuid::parse(id);
    const auto execution = uuid ? (*inspection)->execution(*uuid) : std::nullopt;
    if (!execution)
        return Error{"not_found",
                     "there is no execution '" + id + "' in " + data +
                         "; of flows only a running server knows what it refused",
                     {}};
    const auto revision = (*inspection)->revision(execution->record.revision);
    asio::io_context loop(1);
    Engine engine(loop);
    add_dialects(engine);
    std::shared_ptr<const Program> program;
    if (revision) program = engine.flows().compile(source_of(*revision)).program;
    if (program == nullptr)
        return Error{"flow_unusable",
                     "the revision of this execution is missing or does not compile with this "
                     "version; `sluice verify " +
                         id + "` says more",
                     {}};
    const Timeline timeline(*program, execution->journal);
    return to_value(explain(*program, timeline.state(), timeline.runs(),
                            {*uuid, execution->record.created, execution->record.ended}),
                    *program);
}

std::string text_of(const Object& object, std::string_view name) {
    const Value* const found = object.if_contains(name);
    if (found == nullptr || found->is_null()) return {};
    const auto* const text = found->if_string();
    return text == nullptr ? to_json(*found) : std::string(text->data(), text->size());
}

const Array& list_of(const Object& object, std::string_view name) {
    static const Array none;
    const Value* const found = object.if_contains(name);
    return found == nullptr || !found->is_array() ? none : found->get_array();
}

/// In single quotes for a shell.
std::string for_shell(const std::string& text) {
    std::string quoted = "'";
    for (const char letter : text) quoted += letter == '\'' ? R"('\'')" : std::string(1, letter);
    return quoted + "'";
}

void print_remedy(const Object& remedy, const std::string& base) {
    std::string command =
        "curl -s -X " + text_of(remedy, "method") + " " + for_shell(base + text_of(remedy, "path"));
    if (const std::string body = text_of(remedy, "body"); !body.empty())
        command += " -H 'Content-Type: application/json' -d " + for_shell(body);
    std::printf("     %s: %s\n", text_of(remedy, "does").c_str(), command.c_str());
}

void print_execution(const Object& explanation, const std::string& base) {
    std::printf("execution %s of flow '%s' is %s\n", text_of(explanation, "execution_id").c_str(),
                text_of(explanation, "flow").c_str(), text_of(explanation, "status").c_str());
    int number = 0;
    for (const auto& item : list_of(explanation, "waiting_for")) {
        const auto* const reason = item.if_object();
        if (reason == nullptr) continue;
        std::printf("%3d. %s: %s\n", ++number, text_of(*reason, "what").c_str(),
                    text_of(*reason, "message").c_str());
        std::string times;
        if (const auto since = text_of(*reason, "since"); !since.empty()) times += "since " + since;
        if (const auto until = text_of(*reason, "until"); !until.empty())
            times += (times.empty() ? "until " : ", until ") + until;
        if (const auto by = text_of(*reason, "resolved_by"); !by.empty())
            times += (times.empty() ? "ended by " : ", ended by ") + by;
        if (!times.empty()) std::printf("     %s\n", times.c_str());
        for (const auto& remedy : list_of(*reason, "remedies"))
            if (const auto* const call = remedy.if_object()) print_remedy(*call, base);
    }
    if (const auto more = text_of(explanation, "more"); !more.empty() && more != "0")
        std::printf("     ... and %s more\n", more.c_str());
    if (const auto deadline = text_of(explanation, "deadline"); !deadline.empty())
        std::printf("it is timed out at %s\n", deadline.c_str());
}

void print_flow(const Object& explanation, const std::string& base) {
    std::printf("flow '%s': %s\n", text_of(explanation, "flow").c_str(),
                text_of(explanation, "summary").c_str());
    for (const auto& item : list_of(explanation, "diagnostics"))
        if (const auto* const problem = item.if_object())
            std::printf("  line %s: %s\n", text_of(*problem, "line").c_str(),
                        text_of(*problem, "message").c_str());
    for (const auto& item : list_of(explanation, "webhooks"))
        if (const auto* const webhook = item.if_object())
            std::printf("  webhook '%s': POST %s%s\n", text_of(*webhook, "trigger").c_str(),
                        base.c_str(), text_of(*webhook, "path").c_str());
    for (const auto& item : list_of(explanation, "refusals"))
        if (const auto* const refusal = item.if_object())
            std::printf("  refused %s by %s: %s: %s\n", text_of(*refusal, "at").c_str(),
                        text_of(*refusal, "trigger").c_str(), text_of(*refusal, "code").c_str(),
                        text_of(*refusal, "message").c_str());
}

/// What is asked when nobody says what: the default server, else the default file.
result<Value> ask_anybody(const std::string& id) {
    auto explanation = ask_server(default_server, id);
    if (explanation || explanation.error().code != "http_connect_failed") return explanation;
    const char* const named = std::getenv("SLUICE_DATA");
    const std::string data = named == nullptr ? default_data : named;
    auto from_file = ask_file(data, id);
    if (from_file || from_file.error().code != "store_not_found") return from_file;
    return Error{"not_found",
                 std::string("no server answers on ") + default_server + ", and there is no data " +
                     "file '" + data + "'; name one of them with --server or --data",
                 {}};
}

}  // namespace

int why(const WhyConfiguration& configuration) {
    const std::string base =
        base_of(configuration.server.empty() ? default_server : configuration.server);
    std::optional<result<Value>> asked;
    try {
        if (!configuration.data.empty())
            asked = ask_file(configuration.data, configuration.id);
        else
            asked = configuration.server.empty() ? ask_anybody(configuration.id)
                                                 : ask_server(base, configuration.id);
    } catch (const ErrorException& error) {
        asked = error.error();  // a damaged file
    }
    const result<Value>& explanation = *asked;
    if (!explanation) {
        const Error error = explanation.error();
        if (error.code != "not_found") return refuse(error);
        std::fprintf(stderr, "sluice: %s\n", error.message.c_str());
        return exit_usage;
    }
    if (configuration.json)
        std::printf("%s\n", to_pretty_json(*explanation).c_str());
    else if (const auto& object = explanation->as_object(); object.contains("execution_id"))
        print_execution(object, base);
    else
        print_flow(object, base);
    return exit_ok;
}

}  // namespace sluice::app
