#pragma once

#include <cstdint>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice::expression {

struct List;
struct Record;
class RegularExpression;

enum class Kind : std::uint8_t {
    undefined,
    null,
    boolean,
    number,
    exact,  ///< a whole number beyond 2^53, borrowed so that it can be passed on exactly
    string,
    array,     ///< borrowed
    object,    ///< borrowed
    list,      ///< an array made by this evaluation
    record,    ///< an object made by this evaluation
    date,      ///< a Date: milliseconds since 1970 in the arena, or NaN
    regex,     ///< a regular expression of the program; only built-ins see it
    function,  ///< an argument of a built-in: an arrow function or the name of a built-in
    cut,       ///< what is left of an optional chain that ended early; only chains see it
};

/// The largest whole number up to which every whole number is a double of its own: 2^53.
inline constexpr double exact_limit = 9007199254740992.0;

/// What an evaluation works on: 16 bytes, trivially copyable. Strings, arrays and objects are
/// borrowed from the scope, from the compiled expression, or from the evaluation's arena; nothing
/// is copied before the result.
class Operand {
  public:
    constexpr Operand() : kind_(Kind::undefined), size_(0), number_(0) {}

    static constexpr Operand null() { return Operand(Kind::null); }
    static constexpr Operand cut() { return Operand(Kind::cut); }
    static constexpr Operand boolean(bool value) {
        Operand operand(Kind::boolean);
        operand.boolean_ = value;
        return operand;
    }
    static constexpr Operand number(double value) {
        Operand operand(Kind::number);
        operand.number_ = value;
        return operand;
    }
    static constexpr Operand text(std::string_view value) {
        Operand operand(Kind::string);
        operand.size_ = static_cast<std::uint32_t>(value.size());
        operand.text_ = value.data();
        return operand;
    }
    static constexpr Operand list(const List* value) {
        Operand operand(Kind::list);
        operand.list_ = value;
        return operand;
    }
    static constexpr Operand record(const Record* value) {
        Operand operand(Kind::record);
        operand.record_ = value;
        return operand;
    }
    /// Two dates are the same only when they are the same place in memory.
    static constexpr Operand date(const double* time) {
        Operand operand(Kind::date);
        operand.time_ = time;
        return operand;
    }
    static constexpr Operand regex(const RegularExpression* value) {
        Operand operand(Kind::regex);
        operand.regex_ = value;
        return operand;
    }
    static constexpr Operand function(std::uint32_t node) {
        Operand operand(Kind::function);
        operand.size_ = node;
        return operand;
    }
    /// Borrows; nullptr is `undefined`.
    static Operand of(const Value* value) { return value == nullptr ? Operand() : of(*value); }
    static Operand of(const Value& value) {
        switch (value.kind()) {
            case boost::json::kind::null:
                return null();
            case boost::json::kind::bool_:
                return boolean(value.get_bool());
            case boost::json::kind::double_:
                return number(value.get_double());
            case boost::json::kind::int64: {
                const auto whole = value.get_int64();
                constexpr auto limit = static_cast<std::int64_t>(exact_limit);
                if (whole <= limit && whole >= -limit) return number(static_cast<double>(whole));
                return exact(value);
            }
            case boost::json::kind::uint64: {
                const auto whole = value.get_uint64();
                if (whole <= static_cast<std::uint64_t>(exact_limit)) {
                    return number(static_cast<double>(whole));
                }
                return exact(value);
            }
            case boost::json::kind::string: {
                const auto& string = value.get_string();
                return text({string.data(), string.size()});
            }
            case boost::json::kind::array: {
                Operand operand(Kind::array);
                operand.array_ = &value.get_array();
                return operand;
            }
            case boost::json::kind::object: {
                Operand operand(Kind::object);
                operand.object_ = &value.get_object();
                return operand;
            }
        }
        return {};
    }

    [[nodiscard]] constexpr Kind kind() const { return kind_; }
    [[nodiscard]] constexpr bool is(Kind kind) const { return kind_ == kind; }
    [[nodiscard]] constexpr bool is_undefined() const { return kind_ == Kind::undefined; }
    [[nodiscard]] constexpr bool is_nullish() const { return kind_ <= Kind::null; }
    [[nodiscard]] constexpr bool is_number() const {
        return kind_ == Kind::number || kind_ == Kind::exact;
    }
    [[nodiscard]] constexpr bool is_string() const { return kind_ == Kind::string; }
    [[nodiscard]] constexpr bool is_array() const {
        return kind_ == Kind::array || kind_ == Kind::list;
    }
    [[nodiscard]] constexpr bool is_object() const {
        return kind_ == Kind::object || kind_ == Kind::record;
    }
    /// An object that inherits nothing.
    [[nodiscard]] bool is_bare() const;
    /// An array, an object or a date: what JavaScript compares by identity.
    [[nodiscard]] constexpr bool is_reference() const {
        return kind_ >= Kind::array && kind_ <= Kind::date;
    }

    // Each may be called for its kind only.
    [[nodiscard]] constexpr bool as_boolean() const { return boolean_; }
    /// For `number` and `exact`, as the double that JavaScript would calculate with.
    [[nodiscard]] double as_number() const {
        if (kind_ == Kind::number) return number_;
        return exact_->is_int64() ? static_cast<double>(exact_->get_int64())
                                  : static_cast<double>(exact_->get_uint64());
    }
    [[nodiscard]] constexpr std::string_view as_text() const { return {text_, size_}; }
    [[nodiscard]] constexpr const Value& as_exact() const { return *exact_; }
    [[nodiscard]] constexpr const Array& as_array() const { return *array_; }
    [[nodiscard]] constexpr const Object& as_object() const { return *object_; }
    [[nodiscard]] constexpr const List& as_list() const { return *list_; }
    [[nodiscard]] constexpr const Record& as_record() const { return *record_; }
    [[nodiscard]] constexpr double as_time() const { return *time_; }
    [[nodiscard]] constexpr const RegularExpression& as_regex() const { return *regex_; }
    [[nodiscard]] constexpr std::uint32_t as_function() const { return size_; }
    /// For references: what makes two of them the same.
    [[nodiscard]] const void* identity() const { return address_; }

  private:
    constexpr explicit Operand(Kind kind) : kind_(kind), size_(0), number_(0) {}
    static Operand exact(const Value& value) {
        Operand operand(Kind::exact);
        operand.exact_ = &value;
        return operand;
    }

    Kind kind_;
    std::uint32_t size_;
    union {
        bool boolean_;
        double number_;
        const char* text_;
        const Value* exact_;
        const Array* array_;
        const Object* object_;
        const List* list_;
        const Record* record_;
        const double* time_;
        const RegularExpression* regex_;
        const void* address_;
    };
};
static_assert(sizeof(Operand) == 16);

/// An array made by an evaluation; lives in its arena. `depth` counts made values inside each
/// other.
struct List {
    const Operand* items;
    std::uint32_t size;
    std::uint32_t depth;
    const Record* match = nullptr;  ///< `index`, `input` and `groups`, when it is a match
};

struct Field {
    std::string_view name;
    Operand value;
};

/// An object made by an evaluation; lives in its arena. Fields are in JavaScript's order (array
/// indexes ascending, then as inserted). Larger ones have an index: open addressing, 0 is free,
/// else position + 1.
struct Record {
    const Field* fields;
    const std::uint32_t* slots;
    std::uint32_t size;
    std::uint32_t slot_mask;
    std::uint32_t depth;
    bool bare = false;  ///< without a prototype: groups of a match, and what Object.groupBy gives
};

inline bool Operand::is_bare() const {
    return kind_ == Kind::record && record_->bare;
}

/// An array of either kind.
class Elements {
  public:
    explicit Elements(Operand array)
        : values_(array.is(Kind::array) ? array.as_array().data() : nullptr),
          items_(array.is(Kind::list) ? array.as_list().items : nullptr),
          size_(array.is(Kind::array) ? array.as_array().size() : array.as_list().size) {}
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] Operand operator[](std::size_t position) const {
        return values_ != nullptr ? Operand::of(values_[position]) : items_[position];
    }

  private:
    const Value* values_;
    const Operand* items_;
    std::size_t size_;
};

}  // namespace sluice::expression
