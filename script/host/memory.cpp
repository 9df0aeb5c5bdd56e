#include "script/host/memory.hpp"

#include <algorithm>
#include <cstdint>

#include <js/GCAPI.h>
#include <jsapi.h>
#include <malloc.h>

#include "script/host/sandbox.hpp"

namespace sluice::script {
namespace {

constexpr std::size_t machine_bytes = 48u << 20;    // young objects, messages, code of the compiler
constexpr std::uint32_t garbage_bytes = 24u << 20;  // of ended runs, before it is collected
constexpr std::uint32_t runs_between = 200;
constexpr std::uint32_t runs_unasked = 10;

std::size_t base_ = 0;  // of the address space
std::size_t ceiling_ = 0;
std::uint32_t heap_base_ = 0;
std::size_t blocks_base_ = 0;  // texts and items live outside of the heap
std::uint32_t runs_ = 0;

std::size_t blocks() {
    const auto used = mallinfo2();
    return used.uordblks + used.hblkhd;
}

void set(JSContext* context, std::size_t bytes) {
    bytes = std::min(bytes, ceiling_);
    JS_SetGCParameter(context, JSGC_MAX_BYTES,
                      static_cast<std::uint32_t>(heap_base_ + garbage_bytes + bytes));
    (void)limit_address_space(base_ + machine_bytes + bytes, base_ + machine_bytes + ceiling_);
}

}  // namespace

bool Memory::begin(JSContext* context, std::size_t ceiling) {
    ceiling_ = std::min(ceiling, std::size_t{2} << 30);
    base_ = address_space();
    heap_base_ = JS_GetGCParameter(context, JSGC_BYTES);
    blocks_base_ = blocks();
    return base_ > 0 &&
           limit_address_space(base_ + machine_bytes + ceiling_, base_ + machine_bytes + ceiling_);
}

void Memory::allow(JSContext* context, std::size_t bytes) {
    set(context, bytes);
}

void Memory::allow_all(JSContext* context) {
    set(context, ceiling_);
}

void Memory::tidy(JSContext* context, bool heavy) {
    const std::uint32_t used = JS_GetGCParameter(context, JSGC_BYTES);
    const bool ask = heavy || ++runs_ % runs_unasked == 0;  // asking takes as long as a small run
    if (runs_ < runs_between && used < heap_base_ + garbage_bytes &&
        (!ask || blocks() < blocks_base_ + garbage_bytes))
        return;
    runs_ = 0;
    JS_GC(context);
    malloc_trim(0);
}

}  // namespace sluice::script
