#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"

/// How an evaluation makes arrays, objects and text in its arena.
namespace sluice::expression {

class ListBuilder {
  public:
    /// `expected` elements are made room for; more may come.
    ListBuilder(Evaluation& evaluation, std::size_t expected);
    void add(Operand element);
    /// What a match of a regular expression has beside its elements.
    void set_match(Operand record) { match_ = &record.as_record(); }
    [[nodiscard]] std::span<Operand> items() { return {items_, size_}; }
    Operand finish();

  private:
    Evaluation& evaluation_;
    Operand* items_;
    const Record* match_ = nullptr;
    std::uint32_t capacity_;
    std::uint32_t size_ = 0;
    std::uint32_t depth_ = 0;
};

class RecordBuilder {
  public:
    /// Room for `most` fields; no more may be set.
    RecordBuilder(Evaluation& evaluation, std::size_t most);
    /// A field that is there already keeps its place. The name lives as long as the evaluation.
    void set(std::string_view name, Operand value);
    /// The object inherits nothing.
    void make_bare() { bare_ = true; }
    Operand finish();

  private:
    std::uint32_t* slot_of(std::string_view name);
    void index_all();
    bool put_indexes_first();

    Evaluation& evaluation_;
    Field* fields_;
    std::uint32_t* slots_ = nullptr;
    std::uint32_t capacity_;
    std::uint32_t slot_mask_ = 0;
    std::uint32_t size_ = 0;
    std::uint32_t depth_ = 0;
    bool indexed_names_ = false;
    bool bare_ = false;
};

/// Text that grows; at the end of the arena without moving, elsewhere by doubling.
class TextBuilder {
  public:
    explicit TextBuilder(Evaluation& evaluation) : evaluation_(evaluation) {}
    void add(std::string_view more);
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] Operand finish() const { return Operand::text(text_); }

  private:
    Evaluation& evaluation_;
    std::string_view text_;
    std::size_t spare_ = 0;  ///< bytes of its own behind the text
};

}  // namespace sluice::expression
