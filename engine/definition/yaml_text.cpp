#include "engine/definition/yaml_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

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

/// Writes the value in flow style, which is JSON but for the quotes of plain texts.
class FlowWriter {
  public:
    explicit FlowWriter(const Limits& limits) : limits_(limits) {}

    /// False when it is too large.
    bool write(const Value& value, std::size_t depth) {
        if (++values_ > limits_.source_values || depth > limits_.source_depth) return false;
        if (const auto* const object = value.if_object()) {
            out_ += '{';
            for (const auto& member : *object) {
                text(member.key());
                out_ += ": ";
                if (!write(member.value(), depth + 1)) return false;
                out_ += ", ";
            }
            out_ += '}';
        } else if (const auto* const list = value.if_array()) {
            out_ += '[';
            for (const auto& item : *list) {
                if (!write(item, depth + 1)) return false;
                out_ += ", ";
            }
            out_ += ']';
        } else if (const auto* const own = value.if_string()) {
            text(*own);
        } else {
            append_json(out_, value);
        }
        return true;
    }
    [[nodiscard]] const std::string& written() const { return out_; }

  private:
    void text(std::string_view text) {
        if (may_be_plain(text)) {
            out_ += text;
            return;
        }
        // JSON leaves U+007F as it is, and no document may hold it.
        std::string quoted;
        append_json_string(quoted, text);
        for (const char byte : quoted) {
            if (byte == '\x7F')
                out_ += "\\x7F";
            else
                out_ += byte;
        }
    }

    const Limits& limits_;
    std::string out_;
    std::size_t values_ = 0;
};

struct DocumentEnd {
    void operator()(fy_document* document) const { fy_document_destroy(document); }
};
struct TextEnd {
    void operator()(char* text) const { std::free(text); }
};

/// The same document in block style. As a whole: libfyaml 0.7.12 gets lists in lists wrong when it
/// writes event by event.
std::string in_block_style(const std::string& flow) {
    fy_parse_cfg configuration{};
    configuration.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2);
    const std::unique_ptr<fy_document, DocumentEnd> document(
        fy_document_build_from_string(&configuration, flow.data(), flow.size()));
    if (!document) throw std::runtime_error("libfyaml could not read what is to be written");
    const std::unique_ptr<char, TextEnd> text(fy_emit_document_to_string(
        document.get(),
        static_cast<fy_emitter_cfg_flags>(FYECF_MODE_BLOCK | FYECF_INDENT_2 | FYECF_WIDTH_INF |
                                          FYECF_DOC_START_MARK_OFF | FYECF_DOC_END_MARK_OFF |
                                          FYECF_VERSION_DIR_OFF | FYECF_TAG_DIR_OFF)));
    if (!text) throw std::bad_alloc();
    return text.get();
}

}  // namespace

result<std::string> to_yaml(const Value& value, const Limits& limits) {
    FlowWriter writer(limits);
    if (!writer.write(value, 1))
        return Error{"yaml_too_large",
                     "the value has more than " + std::to_string(limits.source_depth) +
                         " levels or " + std::to_string(limits.source_values) +
                         " values: write its parts",
                     nullptr};
    return {boost::system::in_place_value, in_block_style(writer.written())};
}

}  // namespace sluice::definition
