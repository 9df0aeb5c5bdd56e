#pragma once

namespace sluice::app {

/// Unmaps the code that only the start has run: what is needed again comes back from the page cache
/// when it is first touched (madvise(2), MADV_DONTNEED of pages that nobody has written). Half of
/// what a fresh process has resident is code of the dynamic linker's, the command line's, the
/// parsers' and OpenSSL's first moments.
void release_start_pages();

}  // namespace sluice::app
