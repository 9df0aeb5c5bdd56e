#include "app/start_pages.hpp"

#include <cstddef>
#include <cstdint>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sluice::app {
namespace {

/// Of one loaded file: the segments that are code. Data may hold what was written, and stays.
int release_code(dl_phdr_info* file, std::size_t, void*) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (std::size_t at = 0; at < file->dlpi_phnum; ++at) {
        const auto& segment = file->dlpi_phdr[at];
        const bool code = segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 &&
                          (segment.p_flags & PF_W) == 0;
        if (!code) continue;
        const std::uintptr_t begin = (file->dlpi_addr + segment.p_vaddr) & ~(page - 1);
        const std::uintptr_t end = file->dlpi_addr + segment.p_vaddr + segment.p_filesz;
        // Without success the pages stay: nothing is lost.
        auto* const pages = reinterpret_cast<void*>(begin);  // NOLINT(performance-no-int-to-ptr)
        (void)::madvise(pages, end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void release_start_pages() {
    ::dl_iterate_phdr(release_code, nullptr);
}

}  // namespace sluice::app
