#include "engine/testing/difference.hpp"

#include "engine/definition/json_equality.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::testing {
namespace {

constexpr std::size_t most_lines = 20;
constexpr std::size_t longest_value = 160;

class Comparer {
  public:
    explicit Comparer(Comparison comparison) : comparison_(comparison) {}

    void compare(const std::string& place, const Value& expected, const Value& actual) {
        if (expected.is_object() && actual.is_object())
            return compare_objects(place, expected.get_object(), actual.get_object());
        if (expected.is_array() && actual.is_array())
            return compare_lists(place, expected.get_array(), actual.get_array());
        if (!definition::equal_json(expected, actual))
            tell(place + ": expected " + brief(expected) + ", got " + brief(actual));
    }

    std::vector<std::string> take() {
        if (untold_ > 0) lines_.push_back("... and " + std::to_string(untold_) + " more");
        return std::move(lines_);
    }

  private:
    void tell(std::string line) {
        lines_.size() < most_lines ? lines_.push_back(std::move(line)) : void(++untold_);
    }

    void compare_objects(const std::string& place, const Object& expected, const Object& actual) {
        for (const auto& member : expected) {
            const std::string inner = place + "." + std::string(member.key());
            if (const Value* const found = actual.if_contains(member.key()))
                compare(inner, member.value(), *found);
            else
                tell(inner + ": expected " + brief(member.value()) + ", but it is missing");
        }
        if (comparison_ == Comparison::contains) return;
        for (const auto& member : actual)
            if (!expected.contains(member.key()))
                tell(place + "." + std::string(member.key()) + ": not expected, got " +
                     brief(member.value()));
    }

    void compare_lists(const std::string& place, const Array& expected, const Array& actual) {
        for (std::size_t at = 0; at < expected.size() && at < actual.size(); ++at)
            compare(place + "[" + std::to_string(at) + "]", expected[at], actual[at]);
        for (std::size_t at = actual.size(); at < expected.size(); ++at)
            tell(place + "[" + std::to_string(at) + "]: expected " + brief(expected[at]) +
                 ", but it is missing");
        for (std::size_t at = expected.size(); at < actual.size(); ++at)
            tell(place + "[" + std::to_string(at) + "]: not expected, got " + brief(actual[at]));
    }

    Comparison comparison_;
    std::vector<std::string> lines_;
    std::size_t untold_ = 0;
};

}  // namespace

std::string brief(const Value& value) {
    std::string text = to_json(value);
    if (text.size() <= longest_value) return text;
    std::size_t end = longest_value;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text + " ... [cut]";
}

std::vector<std::string> difference(std::string_view name, const Value& expected,
                                    const Value& actual, Comparison comparison) {
    Comparer comparer(comparison);
    comparer.compare(std::string(name), expected, actual);
    return comparer.take();
}

}  // namespace sluice::testing
