#include "app/server_log.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace sluice::app {
namespace {

using Sink = spdlog::sinks::stderr_color_sink_mt;

/// Redacts the text of a line before it is written.
class RedactingSink final : public Sink {
  public:
    explicit RedactingSink(Redaction redaction) : redaction_(std::move(redaction)) {}

    void log(const spdlog::details::log_msg& message) override {
        const auto without = redaction_.redacted({message.payload.data(), message.payload.size()});
        if (!without) return Sink::log(message);
        spdlog::details::log_msg redacted = message;
        redacted.payload = spdlog::string_view_t(without->data(), without->size());
        Sink::log(redacted);
    }

  private:
    Redaction redaction_;
};

}  // namespace

void open_server_log(const std::string& level, Redaction redaction) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "sluice", std::make_shared<RedactingSink>(std::move(redaction))));
    spdlog::set_level(spdlog::level::from_str(level));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
}

}  // namespace sluice::app
