#include "tests/store/fault_vfs.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace sluice {
namespace {

/// Writes that were not synced, of one file, whoever has it open.
struct Unsynced {
    struct Write {
        sqlite3_int64 offset;
        std::string bytes;
    };
    std::mutex mutex;
    std::vector<Write> writes;
};

struct State {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs vfs{};
    Fault fault = Fault::none;
    int at = 0;
    std::atomic<int> operations{0};
    std::atomic<bool> struck{false};
    std::atomic<bool> lost{false};
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Unsynced>> files;

    [[nodiscard]] bool keeps_writes() const {
        return fault == Fault::power_loss || fault == Fault::torn_loss;
    }
};

State* state = nullptr;

struct File {
    sqlite3_file base;
    sqlite3_file* real;  // behind this struct, in the same memory
    bool faulty;         // a data file or its log
    std::shared_ptr<Unsynced> unsynced;
};

File& of(sqlite3_file* file) {
    return *reinterpret_cast<File*>(file);
}

int flush(File& file, std::size_t step) {
    int result = SQLITE_OK;
    for (std::size_t at = 0; at < file.unsynced->writes.size() && result == SQLITE_OK; at += step) {
        const auto& write = file.unsynced->writes[at];
        result = file.real->pMethods->xWrite(file.real, write.bytes.data(),
                                             static_cast<int>(write.bytes.size()), write.offset);
    }
    file.unsynced->writes.clear();
    return result;
}

/// SQLITE_OK, or what this operation is to fail with.
int next_operation(File& file) {
    if (!file.faulty) return SQLITE_OK;
    if (state->lost) return SQLITE_IOERR;
    if (++state->operations != state->at) return SQLITE_OK;
    state->struck = true;
    switch (state->fault) {
        case Fault::none:
            return SQLITE_OK;
        case Fault::io_error:
            return SQLITE_IOERR;
        case Fault::short_write:
        case Fault::full:
            return SQLITE_FULL;
        case Fault::torn_loss: {
            const std::lock_guard lock(file.unsynced->mutex);
            (void)flush(file, 2);
            state->lost = true;
            return SQLITE_IOERR;
        }
        case Fault::power_loss:
            state->lost = true;
            return SQLITE_IOERR;
    }
    return SQLITE_OK;
}

int close_file(sqlite3_file* handle) {
    File& file = of(handle);
    const int result = file.real->pMethods->xClose(file.real);
    file.unsynced.~shared_ptr();
    return result;
}

int read(sqlite3_file* handle, void* into, int amount, sqlite3_int64 offset) {
    File& file = of(handle);
    const std::lock_guard lock(file.unsynced->mutex);
    int result = file.real->pMethods->xRead(file.real, into, amount, offset);
    sqlite3_int64 end = 0;
    for (const auto& write : file.unsynced->writes) {
        const auto write_end = write.offset + static_cast<sqlite3_int64>(write.bytes.size());
        end = std::max(end, write_end);
        const auto from = std::max(offset, write.offset);
        const auto to = std::min(offset + amount, write_end);
        if (from < to)
            std::memcpy(static_cast<char*>(into) + (from - offset),
                        write.bytes.data() + (from - write.offset),
                        static_cast<std::size_t>(to - from));
    }
    if (result == SQLITE_IOERR_SHORT_READ && end >= offset + amount) result = SQLITE_OK;
    return result;
}

int write(sqlite3_file* handle, const void* from, int amount, sqlite3_int64 offset) {
    File& file = of(handle);
    const int failure = next_operation(file);
    if (failure == SQLITE_FULL && state->fault == Fault::short_write)
        (void)file.real->pMethods->xWrite(file.real, from, amount / 2, offset);
    if (failure != SQLITE_OK) return failure == SQLITE_IOERR ? SQLITE_IOERR_WRITE : failure;
    if (!file.faulty || !state->keeps_writes())
        return file.real->pMethods->xWrite(file.real, from, amount, offset);
    const std::lock_guard lock(file.unsynced->mutex);
    file.unsynced->writes.push_back(
        {offset, std::string(static_cast<const char*>(from), static_cast<std::size_t>(amount))});
    return SQLITE_OK;
}

int truncate(sqlite3_file* handle, sqlite3_int64 size) {
    File& file = of(handle);
    const int failure = next_operation(file);
    if (failure != SQLITE_OK) return SQLITE_IOERR_TRUNCATE;
    const std::lock_guard lock(file.unsynced->mutex);
    for (auto& one : file.unsynced->writes) {
        const auto kept = std::clamp<sqlite3_int64>(size - one.offset, 0,
                                                    static_cast<sqlite3_int64>(one.bytes.size()));
        one.bytes.resize(static_cast<std::size_t>(kept));
    }
    std::erase_if(file.unsynced->writes, [](const auto& one) { return one.bytes.empty(); });
    return file.real->pMethods->xTruncate(file.real, size);
}

int sync(sqlite3_file* handle, int) {
    File& file = of(handle);
    const int failure = next_operation(file);
    if (failure != SQLITE_OK) return SQLITE_IOERR_FSYNC;
    // The disk itself is not asked: only what this file system loses is of interest.
    const std::lock_guard lock(file.unsynced->mutex);
    return flush(file, 1);
}

int file_size(sqlite3_file* handle, sqlite3_int64* size) {
    File& file = of(handle);
    const std::lock_guard lock(file.unsynced->mutex);
    const int result = file.real->pMethods->xFileSize(file.real, size);
    for (const auto& one : file.unsynced->writes)
        *size = std::max(*size, one.offset + static_cast<sqlite3_int64>(one.bytes.size()));
    return result;
}

const sqlite3_io_methods methods{
    2,
    close_file,
    read,
    write,
    truncate,
    sync,
    file_size,
    [](sqlite3_file* file, int level) {
        return of(file).real->pMethods->xLock(of(file).real, level);
    },
    [](sqlite3_file* file, int level) {
        return of(file).real->pMethods->xUnlock(of(file).real, level);
    },
    [](sqlite3_file* file, int* out) {
        return of(file).real->pMethods->xCheckReservedLock(of(file).real, out);
    },
    [](sqlite3_file* file, int what, void* argument) {
        return of(file).real->pMethods->xFileControl(of(file).real, what, argument);
    },
    [](sqlite3_file* file) { return of(file).real->pMethods->xSectorSize(of(file).real); },
    [](sqlite3_file* file) {
        return of(file).real->pMethods->xDeviceCharacteristics(of(file).real);
    },
    [](sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
        return of(file).real->pMethods->xShmMap(of(file).real, page, size, extend, memory);
    },
    [](sqlite3_file* file, int offset, int count, int flags) {
        return of(file).real->pMethods->xShmLock(of(file).real, offset, count, flags);
    },
    [](sqlite3_file* file) { of(file).real->pMethods->xShmBarrier(of(file).real); },
    [](sqlite3_file* file, int remove) {
        return of(file).real->pMethods->xShmUnmap(of(file).real, remove);
    },
    nullptr,
    nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags, int* out) {
    File& file = of(handle);
    file.base.pMethods = nullptr;
    file.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(handle) + sizeof(File));
    const int result = state->real->xOpen(state->real, name, file.real, flags, out);
    if (result != SQLITE_OK) return result;
    file.faulty = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    new (&file.unsynced) std::shared_ptr<Unsynced>;
    const std::lock_guard lock(state->mutex);
    auto& shared = state->files[name == nullptr ? "" : name];
    if (!shared || !file.faulty) shared = std::make_shared<Unsynced>();
    file.unsynced = shared;
    file.base.pMethods = &methods;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char* name, int sync_directory) {
    if (state->lost) return SQLITE_IOERR_DELETE;
    const std::lock_guard lock(state->mutex);
    state->files.erase(name);
    return state->real->xDelete(state->real, name, sync_directory);
}

}  // namespace

FaultVfs::FaultVfs(Fault fault, int at) {
    state = new State;
    state->fault = fault;
    state->at = at;
    state->real = sqlite3_vfs_find(nullptr);
    state->vfs = *state->real;  // what is not ours works on the real one's own data
    state->vfs.iVersion = 1;
    state->vfs.pNext = nullptr;
    state->vfs.zName = "sluice-fault";
    state->vfs.szOsFile = static_cast<int>(sizeof(File)) + state->real->szOsFile;
    state->vfs.xOpen = open_file;
    state->vfs.xDelete = delete_file;
    sqlite3_vfs_register(&state->vfs, 1);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&state->vfs);
    sqlite3_vfs_register(state->real, 1);
    delete state;
    state = nullptr;
}

bool FaultVfs::struck() const {
    return state->struck;
}

bool FaultVfs::lost() const {
    return state->lost;
}

}  // namespace sluice
