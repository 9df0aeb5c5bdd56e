#include "engine/model/nearest_name.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/model/ascii.hpp"

namespace sluice {

std::size_t plausible_edits(std::string_view name) {
    if (name.size() <= 4) return 1;
    return name.size() <= 8 ? 2 : 3;
}

std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t ceiling) {
    const std::size_t difference =
        left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
    if (difference > ceiling) return ceiling + 1;

    // Three rows of the matrix: a swap looks two rows back.
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> above(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t column = 0; column <= right.size(); ++column) above[column] = column;
    for (std::size_t line = 1; line <= left.size(); ++line) {
        row[0] = line;
        std::size_t smallest = row[0];
        for (std::size_t column = 1; column <= right.size(); ++column) {
            const char a = ascii_lower(left[line - 1]);
            const char b = ascii_lower(right[column - 1]);
            row[column] = std::min(
                {above[column] + 1, row[column - 1] + 1, above[column - 1] + (a == b ? 0 : 1)});
            if (line > 1 && column > 1 && a == ascii_lower(right[column - 2]) &&
                ascii_lower(left[line - 2]) == b)
                row[column] = std::min(row[column], before[column - 2] + 1);
            smallest = std::min(smallest, row[column]);
        }
        // A later row can be better than this one by a swap from the row before it, at most by one
        // edit.
        if (smallest > ceiling + 1) return ceiling + 1;
        std::swap(before, above);
        std::swap(above, row);
    }
    return std::min(above[right.size()], ceiling + 1);
}

}  // namespace sluice
