#include "engine/definition/yaml_text.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <libfyaml.h>

#include "engine/definition/plain_scalar.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::definition {

namespace {

constexpr std::size_t longest_plain = 80;

/// A text that is the same without quotes, whatever stands around it. Narrower than YAML is.
bool may_be_plain(std::string_view text) {
    if (text.empty() || text.size() > longest_plain) return false;
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto may_follow = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/' ||
               c == ' ';
    };
    if (!is_letter(text.front()) || text.back() == ' ') return false;
    if (!std::ranges::all_of(text, may_follow)) return false;
    const auto value = plain_scalar(text);
    return value && value->is_string();
}

class YamlWriter {
  public:
    explicit YamlWriter(const Limits& limits) : limits_(limits) {
        fy_emitter_cfg configuration{};
        configuration.flags = static_cast<fy_emitter_cfg_flags>(
            FYECF_MODE_BLOCK | FYECF_INDENT_2 | FYECF_WIDTH_INF | FYECF_DOC_START_MARK_OFF |
            FYECF_DOC_END_MARK_OFF | FYECF_VERSION_DIR_OFF | FYECF_TAG_DIR_OFF);
        configuration.output = [](fy_emitter*, fy_emitter_write_type, const char* text, int size,
                                  void* out) {
            static_cast<std::string*>(out)->append(text, static_cast<std::size_t>(size));
            return size;
        };
        configuration.userdata = &out_;
        emitter_.reset(fy_emitter_create(&configuration));
        if (!emitter_) throw std::bad_alloc();
    }

    result<std::string> write(const Value& value) {
        emit(fy_emit_event_create(emitter_.get(), FYET_STREAM_START));
        emit(fy_emit_event_create(emitter_.get(), FYET_DOCUMENT_START, 1, nullptr, nullptr));
        if (!write_value(value, 1))
            return Error{"yaml_too_large",
                         "the value has more than " + std::to_string(limits_.source_depth) +
                             " levels or " + std::to_string(limits_.source_values) +
                             " values: write its parts",
                         nullptr};
        emit(fy_emit_event_create(emitter_.get(), FYET_DOCUMENT_END, 1));
        emit(fy_emit_event_create(emitter_.get(), FYET_STREAM_END));
        return {boost::system::in_place_value, std::move(out_)};
    }

  private:
    struct EmitterEnd {
        void operator()(fy_emitter* emitter) const { fy_emitter_destroy(emitter); }
    };

    void emit(fy_event* event) {
        if (event == nullptr || fy_emit_event(emitter_.get(), event) != 0)
            throw std::runtime_error("libfyaml could not write YAML");
    }

    void scalar(std::string_view text, fy_scalar_style style) {
        emit(fy_emit_event_create(emitter_.get(), FYET_SCALAR, style, text.data(), text.size(),
                                  nullptr, nullptr));
    }
    void text(std::string_view text) {
        scalar(text, may_be_plain(text) ? FYSS_PLAIN : FYSS_DOUBLE_QUOTED);
    }

    /// False when it is too large.
    bool write_value(const Value& value, std::size_t depth) {
        if (++values_ > limits_.source_values || depth > limits_.source_depth) return false;
        if (const auto* const object = value.if_object()) {
            const auto style = object->empty() ? FYNS_FLOW : FYNS_BLOCK;
            emit(fy_emit_event_create(emitter_.get(), FYET_MAPPING_START, style, nullptr, nullptr));
            for (const auto& member : *object) {
                text(member.key());
                if (!write_value(member.value(), depth + 1)) return false;
            }
            emit(fy_emit_event_create(emitter_.get(), FYET_MAPPING_END));
        } else if (const auto* const list = value.if_array()) {
            const auto style = list->empty() ? FYNS_FLOW : FYNS_BLOCK;
            emit(
                fy_emit_event_create(emitter_.get(), FYET_SEQUENCE_START, style, nullptr, nullptr));
            for (const auto& item : *list)
                if (!write_value(item, depth + 1)) return false;
            emit(fy_emit_event_create(emitter_.get(), FYET_SEQUENCE_END));
        } else if (const auto* const own = value.if_string()) {
            text(*own);
        } else {
            scalar(to_json(value), FYSS_PLAIN);
        }
        return true;
    }

    const Limits& limits_;
    std::string out_;
    std::unique_ptr<fy_emitter, EmitterEnd> emitter_;
    std::size_t values_ = 0;
};

}  // namespace

result<std::string> to_yaml(const Value& value, const Limits& limits) {
    return YamlWriter(limits).write(value);
}

}  // namespace sluice::definition
