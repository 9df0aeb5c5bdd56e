#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace re2 {
class RE2;
}

namespace sluice::expression {

/// A regular expression of JavaScript, run by RE2: in time proportional to the text. What RE2
/// cannot do in the same way (references back, looking around, loops over what may be empty) is
/// refused when compiled; texts on which it would answer differently are refused when searched.
class RegularExpression {
  public:
    struct Refusal {
        const char* code;  ///< `expression_syntax` or `expression_unsupported`
        std::string message;
        std::string hint;
        std::size_t offset = 0;  ///< bytes in the pattern
    };
    static boost::system::result<std::unique_ptr<const RegularExpression>, Refusal> compile(
        std::string_view pattern, std::string_view flags);
    ~RegularExpression();
    RegularExpression(const RegularExpression&) = delete;
    RegularExpression& operator=(const RegularExpression&) = delete;

    [[nodiscard]] bool global() const { return global_; }
    /// Without the whole match.
    [[nodiscard]] std::size_t groups() const { return group_names_.size(); }
    /// For each group its name, or empty.
    [[nodiscard]] const std::vector<std::string>& group_names() const { return group_names_; }
    [[nodiscard]] bool has_names() const { return has_names_; }

    /// Why this text cannot be searched as JavaScript would; nullptr when it can.
    [[nodiscard]] const char* refusal(std::string_view text) const;
    /// The first match that begins at or behind the byte `from`: its place and those of the
    /// groups, which have no data when they took no part. `places` has room for all of them, or
    /// for the whole match alone.
    bool find(std::string_view text, std::size_t from, std::span<std::string_view> places) const;
    /// Instructions of the compiled pattern: what a byte costs at worst, in units of about 10 ns.
    [[nodiscard]] std::size_t program_size() const;
    /// How many bytes a search may have looked at that began at `from` and ended at `end`.
    [[nodiscard]] std::size_t looked_at(std::string_view text, std::size_t from,
                                        std::size_t end) const;

  private:
    RegularExpression() = default;

    std::unique_ptr<const re2::RE2> compiled_;
    std::vector<std::string> group_names_;
    std::size_t longest_ = 0;  ///< characters in a match; 0 when there is no bound
    bool global_ = false;
    bool ignore_case_ = false;
    bool multiline_ = false;
    bool unicode_ = false;
    bool has_names_ = false;
    bool whole_characters_ = false;  ///< a match never begins, ends or counts inside of a pair
};

}  // namespace sluice::expression
