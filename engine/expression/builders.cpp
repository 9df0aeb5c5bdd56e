#include "engine/expression/builders.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <string>

#include "engine/expression/property.hpp"

namespace sluice::expression {

namespace {

constexpr std::uint32_t most_without_index = 16;

std::uint32_t depth_of(Operand operand) {
    if (operand.is(Kind::list)) return operand.as_list().depth;
    if (operand.is(Kind::record)) return operand.as_record().depth;
    return 0;
}

/// Arrays may have so many elements; objects too, their fields being arrays in memory.
std::size_t most_items(const Evaluation& evaluation) {
    return std::min<std::size_t>(evaluation.budget().items, 0x7FFFFFFF);
}

bool too_many(Evaluation& evaluation, std::size_t items) {
    if (items <= most_items(evaluation)) return false;
    evaluation.over_budget("the expression makes an array of more than " +
                           std::to_string(most_items(evaluation)) + " elements");
    return true;
}

bool too_deep(Evaluation& evaluation, std::uint32_t depth) {
    if (depth <= evaluation.value_depth()) return false;
    evaluation.over_budget("a value would nest deeper than " +
                           std::to_string(evaluation.value_depth()));
    return true;
}

}  // namespace

ListBuilder::ListBuilder(Evaluation& evaluation, std::size_t expected)
    : evaluation_(evaluation),
      items_(too_many(evaluation, expected) ? nullptr : evaluation.memory<Operand>(expected)),
      capacity_(items_ == nullptr ? 0 : static_cast<std::uint32_t>(expected)) {}

void ListBuilder::add(Operand element) {
    if (size_ == capacity_) {
        if (evaluation_.failed() || too_many(evaluation_, std::size_t{size_} + 1)) return;
        const std::size_t capacity =
            std::min(std::max<std::size_t>(8, std::size_t{capacity_} * 2), most_items(evaluation_));
        Operand* const items = evaluation_.memory<Operand>(capacity);
        if (items == nullptr) return;
        std::copy_n(items_, size_, items);
        items_ = items;
        capacity_ = static_cast<std::uint32_t>(capacity);
    }
    items_[size_++] = element;
    depth_ = std::max(depth_, depth_of(element));
}

Operand ListBuilder::finish() {
    if (evaluation_.failed() || too_deep(evaluation_, depth_ + 1)) return {};
    List* const list = evaluation_.memory<List>(1);
    if (list == nullptr) return {};
    *list = {items_, size_, depth_ + 1, match_};
    return Operand::list(list);
}

RecordBuilder::RecordBuilder(Evaluation& evaluation, std::size_t most)
    : evaluation_(evaluation),
      fields_(too_many(evaluation, most) ? nullptr : evaluation.memory<Field>(most)),
      capacity_(fields_ == nullptr ? 0 : static_cast<std::uint32_t>(most)) {
    if (capacity_ <= most_without_index) return;
    const std::size_t slots = std::bit_ceil(std::size_t{capacity_} * 2);
    slots_ = evaluation.memory<std::uint32_t>(slots);
    if (slots_ == nullptr) {
        capacity_ = 0;
        return;
    }
    slot_mask_ = static_cast<std::uint32_t>(slots - 1);
    std::fill_n(slots_, slots, 0U);
}

std::uint32_t* RecordBuilder::slot_of(std::string_view name) {
    auto slot = static_cast<std::uint32_t>(std::hash<std::string_view>()(name)) & slot_mask_;
    std::size_t probes = 0;
    for (; slots_[slot] != 0 && fields_[slots_[slot] - 1].name != name; ++probes) {
        slot = (slot + 1) & slot_mask_;
    }
    evaluation_.scan(probes * sizeof(Field));
    return slots_ + slot;
}

void RecordBuilder::set(std::string_view name, Operand value) {
    if (evaluation_.failed()) return;
    depth_ = std::max(depth_, depth_of(value));
    std::uint32_t* slot = nullptr;
    Field* field = fields_ + size_;
    if (slots_ != nullptr) {
        slot = slot_of(name);
        if (*slot != 0) field = fields_ + (*slot - 1);
    } else {
        field = std::find_if(fields_, fields_ + size_,
                             [&](const Field& known) { return known.name == name; });
    }
    if (field != fields_ + size_) {
        field->value = value;
        return;
    }
    if (size_ == capacity_) return;
    *field = {name, value};
    ++size_;
    if (slot != nullptr) *slot = size_;
    indexed_names_ = indexed_names_ || array_index(name).has_value();
}

void RecordBuilder::index_all() {
    std::fill_n(slots_, std::size_t{slot_mask_} + 1, 0U);
    for (std::uint32_t i = 0; i < size_; ++i) *slot_of(fields_[i].name) = i + 1;
}

bool RecordBuilder::put_indexes_first() {
    Field* const ordered = evaluation_.memory<Field>(size_);
    if (ordered == nullptr) return false;
    const auto is_index = [](const Field& field) { return array_index(field.name).has_value(); };
    Field* const rest = std::copy_if(fields_, fields_ + size_, ordered, is_index);
    std::sort(ordered, rest, [](const Field& a, const Field& b) {
        return array_index(a.name) < array_index(b.name);
    });
    std::remove_copy_if(fields_, fields_ + size_, rest, is_index);
    fields_ = ordered;
    if (slots_ != nullptr) index_all();
    return true;
}

Operand RecordBuilder::finish() {
    if (evaluation_.failed() || too_deep(evaluation_, depth_ + 1)) return {};
    if (indexed_names_ && !put_indexes_first()) return {};
    Record* const record = evaluation_.memory<Record>(1);
    if (record == nullptr) return {};
    *record = {fields_, slots_, size_, slot_mask_, depth_ + 1, bare_};
    return Operand::record(record);
}

void TextBuilder::add(std::string_view more) {
    if (more.size() > spare_ && !text_.empty()) {
        if (spare_ == 0 && evaluation_.extend(text_, more)) {
            text_ = {text_.data(), text_.size() + more.size()};
            return;
        }
        const std::size_t size = text_.size() + more.size();
        const std::size_t capacity =
            std::max(size, std::min(text_.size() * 2, evaluation_.budget().text));
        char* const memory = evaluation_.text_memory(capacity);
        if (memory == nullptr) return;
        std::memcpy(memory, text_.data(), text_.size());
        text_ = {memory, text_.size()};
        spare_ = capacity - text_.size();
    }
    if (more.empty()) return;
    if (text_.empty()) {
        text_ = evaluation_.keep(more);
        return;
    }
    std::memcpy(const_cast<char*>(text_.data()) + text_.size(), more.data(), more.size());
    text_ = {text_.data(), text_.size() + more.size()};
    spare_ -= more.size();
}

}  // namespace sluice::expression
