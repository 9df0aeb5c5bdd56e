#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"

namespace sluice::nodes {

/// Reads CSV (RFC 4180) by libcsv, row by row: nothing of the text is kept but the row at hand.
/// Blank lines are passed over.
class CsvReader {
  public:
    struct Form {
        char delimiter = ',';
        bool trim = false;  ///< take spaces and tabs around unquoted fields away
    };

    /// `take` is given each row, counted from 1, and says false to stop. Errors: `invalid_csv` with
    /// the line of a misplaced quote.
    static result<void> read(std::string_view text, Form form,
                             std::function<bool(std::vector<std::string>&, std::size_t)> take);

  private:
    explicit CsvReader(std::function<bool(std::vector<std::string>&, std::size_t)> take)
        : take_(std::move(take)) {}

    static void field_ended(void* text, std::size_t size, void* reader) noexcept;
    static void row_ended(int, void* reader) noexcept;

    std::function<bool(std::vector<std::string>&, std::size_t)> take_;
    std::vector<std::string> row_;
    std::size_t rows_ = 0;
    bool stopped_ = false;
    std::exception_ptr thrown_;  ///< must not cross libcsv, which is C
};

}  // namespace sluice::nodes
