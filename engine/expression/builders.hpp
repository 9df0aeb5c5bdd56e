#pragma once

#include <cstdint>
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
    Operand finish();

  private:
    Evaluation& evaluation_;
    Operand* items_;
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
};

/// Text that grows at the end of the arena.
class TextBuilder {
  public:
    explicit TextBuilder(Evaluation& evaluation) : evaluation_(evaluation) {}
    void add(std::string_view more) { text_ = evaluation_.append(text_, more); }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] Operand finish() const { return Operand::text(text_); }

  private:
    Evaluation& evaluation_;
    std::string_view text_;
};

}  // namespace sluice::expression
