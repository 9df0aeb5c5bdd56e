#include "engine/nodes/data/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/model/json_text.hpp"

namespace sluice::nodes {

Decimal Decimal::of(const Value& number) {
    std::string text = to_json(number);
    Decimal result;
    result.negative_ = text.starts_with('-');
    if (result.negative_) text.erase(0, 1);
    int exponent = 0;
    if (const auto mark = text.find_first_of("eE"); mark != std::string::npos) {
        const char* first = text.data() + mark + 1;
        if (*first == '+') ++first;
        std::from_chars(first, text.data() + text.size(), exponent);
        text.resize(mark);
    }
    if (const auto point = text.find('.'); point != std::string::npos) {
        result.scale_ = static_cast<int>(text.size() - point - 1);
        text.erase(point, 1);
    }
    result.scale_ -= exponent;
    text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
    result.digits_ = std::move(text);
    return result;
}

bool Decimal::rounds_away(std::string_view rest, bool odd, Rounding rounding) const {
    if (rest.find_first_not_of('0') == std::string_view::npos) return false;
    const bool half =
        rest.front() == '5' && rest.find_first_not_of('0', 1) == std::string_view::npos;
    switch (rounding) {
        case Rounding::half_up:
            return rest.front() >= '5';
        case Rounding::half_even:
            return half ? odd : rest.front() >= '5';
        case Rounding::up:
            return true;
        case Rounding::down:
            return false;
        case Rounding::ceiling:
            return !negative_;
        case Rounding::floor:
            return negative_;
    }
    return false;
}

void Decimal::round(int places, Rounding rounding) {
    if (scale_ <= places) return;
    const auto cut = static_cast<std::size_t>(scale_ - places);
    if (digits_.size() < cut + 1) digits_.insert(0, cut + 1 - digits_.size(), '0');
    const std::string rest = digits_.substr(digits_.size() - cut);
    digits_.resize(digits_.size() - cut);
    scale_ = places;
    if (rounds_away(rest, (digits_.back() - '0') % 2 != 0, rounding)) {
        std::size_t at = digits_.size();
        while (at > 0 && digits_[at - 1] == '9') digits_[--at] = '0';
        if (at == 0)
            digits_.insert(0, "1");
        else
            ++digits_[at - 1];
    }
    digits_.erase(0, std::min(digits_.find_first_not_of('0'), digits_.size()));
}

std::string Decimal::text(int places, std::string_view group, std::string_view point) const {
    std::string digits = digits_;
    if (scale_ < 0 && !digits.empty()) digits.append(static_cast<std::size_t>(-scale_), '0');
    const auto behind = static_cast<std::size_t>(std::max(scale_, 0));
    if (digits.size() < behind + 1) digits.insert(0, behind + 1 - digits.size(), '0');
    std::string whole = digits.substr(0, digits.size() - behind);
    std::string fraction = digits.substr(digits.size() - behind);
    if (const auto wanted = static_cast<std::size_t>(std::max(places, 0)); fraction.size() < wanted)
        fraction.append(wanted - fraction.size(), '0');
    if (!group.empty())
        for (std::size_t at = whole.size(); at > 3;) {
            at -= 3;
            whole.insert(at, group);
        }
    std::string text = negative_ && !digits_.empty() ? "-" : "";
    text += whole;
    if (!fraction.empty()) text.append(point).append(fraction);
    return text;
}

Value Decimal::value() const {
    const std::string plain = text(0, "", ".");
    const char* const end = plain.data() + plain.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(plain.data(), end, whole);
        read.ec == std::errc{} && read.ptr == end)
        return whole;
    std::uint64_t large = 0;
    if (const auto read = std::from_chars(plain.data(), end, large);
        read.ec == std::errc{} && read.ptr == end)
        return large;
    double number = 0;
    std::from_chars(plain.data(), end, number);
    return number;
}

}  // namespace sluice::nodes
