#include "engine/nodes/data/csv_reader.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include <csv.h>

namespace sluice::nodes {
namespace {

constexpr std::size_t piece_bytes = 4'096;  // between two looks at whether to stop

struct ParserEnd {
    void operator()(csv_parser* parser) const { csv_free(parser); }
};

int no_space(unsigned char) {
    return 0;
}

Error misplaced_quote(std::string_view before) {
    const auto line = 1 + std::ranges::count(before, '\n');
    return {"invalid_csv",
            "a quote stands where none may, or is never closed, near line " + std::to_string(line) +
                ": a field with quotes is quoted as a whole, and quotes in it are doubled",
            Object{{"line", line}}};
}

}  // namespace

void CsvReader::field_ended(void* text, std::size_t size, void* reader) noexcept {
    auto& self = *static_cast<CsvReader*>(reader);
    if (self.stopped_) return;
    try {
        self.row_.emplace_back(text == nullptr ? "" : static_cast<const char*>(text), size);
    } catch (...) {
        self.thrown_ = std::current_exception();
        self.stopped_ = true;
    }
}

void CsvReader::row_ended(int, void* reader) noexcept {
    auto& self = *static_cast<CsvReader*>(reader);
    if (self.stopped_) return;
    try {
        self.stopped_ = !self.take_(self.row_, ++self.rows_);
        self.row_.clear();
    } catch (...) {
        self.thrown_ = std::current_exception();
        self.stopped_ = true;
    }
}

result<void> CsvReader::read(std::string_view text, Form form,
                             std::function<bool(std::vector<std::string>&, std::size_t)> take) {
    csv_parser parser{};
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
    const std::unique_ptr<csv_parser, ParserEnd> end(&parser);
    csv_set_delim(&parser, static_cast<unsigned char>(form.delimiter));
    if (!form.trim) csv_set_space_func(&parser, no_space);

    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    CsvReader reader(std::move(take));
    std::size_t read = 0;
    bool failed = false;
    while (read < text.size() && !reader.stopped_ && !failed) {
        const auto piece = text.substr(read, piece_bytes);
        const std::size_t taken =
            csv_parse(&parser, piece.data(), piece.size(), field_ended, row_ended, &reader);
        failed = taken != piece.size();
        read += taken;
    }
    if (!failed && !reader.stopped_)
        failed = csv_fini(&parser, field_ended, row_ended, &reader) != 0;
    if (reader.thrown_) std::rethrow_exception(reader.thrown_);
    if (!failed) return {};
    if (csv_error(&parser) == CSV_ENOMEM) throw std::bad_alloc();
    return misplaced_quote(text.substr(0, read));
}

}  // namespace sluice::nodes
