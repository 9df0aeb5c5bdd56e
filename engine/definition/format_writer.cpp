#include <algorithm>
#include <string_view>

#include "engine/definition/format_tree.hpp"

namespace sluice::definition {
namespace {

constexpr std::size_t step = 2;

using Kind = WrittenNode::Kind;

bool is_collection(const WrittenNode& node) {
    return node.kind == Kind::mapping || node.kind == Kind::sequence;
}

std::size_t leading_spaces(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

class Writer {
  public:
    std::string write(const WrittenNode& root) {
        if (stays_in_brackets(root)) {
            for (const auto& entry : root.entries) comments(entry.before, 0, true);
            out_ += with_properties(root, in_brackets(root)) + "\n";
        } else {
            if (!root.properties.empty()) out_ += "--- " + root.properties + "\n";
            entries(root, 0, false);
        }
        return std::move(out_);
    }

  private:
    static bool stays_in_brackets(const WrittenNode& node) {
        return is_collection(node) && (node.on_one_line || node.entries.empty()) &&
               node.tail.empty();
    }

    static std::string with_properties(const WrittenNode& node, const std::string& text) {
        if (node.properties.empty()) return text;
        return text.empty() ? node.properties : node.properties + " " + text;
    }

    /// A value on one line.
    static std::string inlined(const WrittenNode& node) {
        if (node.kind == Kind::alias) return "*" + node.text;
        if (is_collection(node)) return with_properties(node, in_brackets(node));
        return with_properties(node, node.text);
    }

    static std::string in_brackets(const WrittenNode& node) {
        const bool mapping = node.kind == Kind::mapping;
        std::string text = mapping ? "{" : "[";
        for (const auto& entry : node.entries) {
            if (text.size() > 1) text += ", ";
            std::string value = inlined(entry.value);
            if (value.empty()) value = "null";
            if (mapping) text += entry.key + ": ";
            text += value;
        }
        return text + (mapping ? "}" : "]");
    }

    void indent(std::size_t columns) { out_.append(columns, ' '); }

    void comments(const std::vector<WrittenComment>& list, std::size_t columns, bool first) {
        for (const auto& comment : list) {
            if (comment.blank_before && !first) out_ += '\n';
            indent(columns);
            out_ += comment.text + '\n';
            first = false;
        }
    }

    void end_line(const std::string& beside) {
        if (!beside.empty()) out_ += "  " + beside;
        out_ += '\n';
    }

    /// `inline_first`: the first entry goes on in a line that has begun.
    void entries(const WrittenNode& node, std::size_t columns, bool inline_first) {
        bool first = true;
        for (const auto& entry : node.entries) {
            if (!first || !inline_first) {
                comments(entry.before, columns, first);
                if (entry.blank_before && (!first || !entry.before.empty())) out_ += '\n';
                indent(columns);
            }
            first = false;
            out_ += node.kind == Kind::mapping ? entry.key + ":" : "-";
            value(entry, node.kind == Kind::sequence, columns);
            comments(entry.below, columns + step, false);
        }
        comments(node.tail, columns, node.entries.empty());
    }

    void value(const WrittenEntry& entry, bool in_sequence, std::size_t columns) {
        const WrittenNode& node = entry.value;
        if (is_collection(node) && !stays_in_brackets(node)) {
            if (!node.properties.empty()) out_ += " " + node.properties;
            const bool goes_on = in_sequence && node.properties.empty() && entry.beside.empty() &&
                                 !node.entries.empty() && node.entries[0].before.empty();
            if (goes_on)
                out_ += ' ';
            else
                end_line(entry.beside);
            entries(node, columns + step, goes_on);
            return;
        }
        if (!node.header.empty()) {
            block_scalar(entry, columns);
            return;
        }
        std::string text = inlined(node);
        if (!text.empty()) out_ += ' ' + folded(text, columns + step);
        end_line(entry.beside);
    }

    /// Lines behind the first one, moved together so that the leftmost stands at `columns`.
    static std::string folded(const std::string& text, std::size_t columns) {
        if (text.find('\n') == std::string::npos) return text;
        const auto lines = lines_of(text);
        std::size_t least = std::string::npos;
        for (std::size_t at = 1; at < lines.size(); ++at)
            if (leading_spaces(lines[at]) < lines[at].size())
                least = std::min(least, leading_spaces(lines[at]));
        std::string result(lines[0]);
        while (result.ends_with(' ')) result.pop_back();
        for (std::size_t at = 1; at < lines.size(); ++at) {
            result += '\n';
            if (leading_spaces(lines[at]) == lines[at].size()) continue;
            result.append(columns, ' ');
            result += lines[at].substr(least);
        }
        return result;
    }

    void block_scalar(const WrittenEntry& entry, std::size_t columns) {
        const WrittenNode& node = entry.value;
        std::string header = node.header;
        auto lines = lines_of(node.text);
        std::size_t content = std::string::npos;
        const auto digit = header.find_first_of("123456789");
        if (digit != std::string::npos) {
            content = node.indent + static_cast<std::size_t>(header[digit] - '0');
            header[digit] = static_cast<char>('0' + step);
        }
        for (std::size_t at = 0; at < lines.size() && content == std::string::npos; ++at)
            if (leading_spaces(lines[at]) < lines[at].size()) content = leading_spaces(lines[at]);
        const bool keeps = header.find('+') != std::string::npos;
        while (!keeps && !lines.empty() && leading_spaces(lines.back()) == lines.back().size())
            lines.pop_back();
        out_ += ' ' + with_properties(node, header);
        end_line(entry.beside);
        for (const auto line : lines) {
            if (line.size() > content && leading_spaces(line) >= content) {
                indent(columns + step);
                out_ += line.substr(content);
            }
            out_ += '\n';
        }
    }

    std::string out_;
};

}  // namespace

std::string write_document(const WrittenNode& root) {
    return Writer().write(root);
}

}  // namespace sluice::definition
