#include "sim/disk_vfs.h"

#include "base/check.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <new>

namespace callarchive::testing {
namespace {

/// SQLite allocates this and calls through `base` (sqlite.org/c3ref/io_methods.html).
struct Handle {
    sqlite3_file base;
    Disk* disk;
    std::uint64_t epoch;
    std::shared_ptr<Disk::File> file;
    std::string name;
    bool delete_on_close;
    /// The first sync of a journal or log syncs the directory too: whether the file is new does not
    /// matter to SQLite's own unix VFS (os_unix.c, isNewJrnl).
    bool sync_directory;
    int lock;

    [[nodiscard]] bool dead() const { return epoch != disk->epoch(); }
};

Handle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<Handle*>(file);
}
Disk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<Disk*>(vfs->pAppData);
}

int code_of(DiskOutcome outcome, int on_error) {
    switch (outcome) {
        case DiskOutcome::done:
            return SQLITE_OK;
        case DiskOutcome::io_error:
            return on_error;
        case DiskOutcome::full:
            return SQLITE_FULL;
    }
    return on_error;
}

int close(sqlite3_file* file) {
    Handle& handle = handle_of(file);
    if (handle.delete_on_close && !handle.dead()) {
        static_cast<void>(handle.disk->remove(handle.name, false));
    }
    handle.~Handle();
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* out, int bytes, sqlite3_int64 offset) {
    Handle& handle = handle_of(file);
    if (handle.dead() || handle.disk->read(*handle.file) != DiskOutcome::done) {
        return SQLITE_IOERR_READ;
    }
    const auto count = handle.file->read(offset, static_cast<std::uint8_t*>(out), bytes);
    if (count == bytes) return SQLITE_OK;
    // The rest must be zeros (sqlite.org/c3ref/io_methods.html).
    std::memset(static_cast<std::uint8_t*>(out) + count, 0,
                static_cast<std::size_t>(bytes - count));
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    Handle& handle = handle_of(file);
    if (handle.dead()) return SQLITE_IOERR_WRITE;
    return code_of(
        handle.disk->write(*handle.file, offset, static_cast<const std::uint8_t*>(bytes), count),
        SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = handle_of(file);
    if (handle.dead()) return SQLITE_IOERR_TRUNCATE;
    return code_of(handle.disk->truncate(*handle.file, size), SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    if (handle.dead()) return SQLITE_IOERR_FSYNC;
    const auto outcome = handle.disk->sync(*handle.file, handle.sync_directory);
    if (outcome == DiskOutcome::done) handle.sync_directory = false;
    return code_of(outcome, SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    Handle& handle = handle_of(file);
    if (handle.dead()) return SQLITE_IOERR_FSTAT;
    *size = handle.file->size();
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    handle_of(file).lock = level;
    return SQLITE_OK;
}
int unlock(sqlite3_file* file, int level) {
    handle_of(file).lock = level;
    return SQLITE_OK;
}
int check_reserved_lock(sqlite3_file*, int* reserved) {
    *reserved = 0;
    return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
    return static_cast<int>(Disk::sector_bytes);
}
int device_characteristics(sqlite3_file*) {
    // What SQLite's unix VFS says of a usual file system (sqlite.org/psow.html).
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

constexpr sqlite3_io_methods methods = {.iVersion = 1,
                                        .xClose = close,
                                        .xRead = read,
                                        .xWrite = write,
                                        .xTruncate = truncate,
                                        .xSync = sync,
                                        .xFileSize = file_size,
                                        .xLock = lock,
                                        .xUnlock = unlock,
                                        .xCheckReservedLock = check_reserved_lock,
                                        .xFileControl = file_control,
                                        .xSectorSize = sector_size,
                                        .xDeviceCharacteristics = device_characteristics,
                                        .xShmMap = nullptr,
                                        .xShmLock = nullptr,
                                        .xShmBarrier = nullptr,
                                        .xShmUnmap = nullptr,
                                        .xFetch = nullptr,
                                        .xUnfetch = nullptr};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    file->pMethods = nullptr;
    Disk& disk = disk_of(vfs);
    static std::atomic<std::uint64_t> temporary{0};
    const std::string path =
        name != nullptr ? name : "temporary-" + std::to_string(temporary.fetch_add(1));
    const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
    std::shared_ptr<Disk::File> opened;
    if (disk.open(path, create, &opened) != DiskOutcome::done || !opened) return SQLITE_CANTOPEN;
    constexpr int logs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    new (file) Handle{.base = {&methods},
                      .disk = &disk,
                      .epoch = disk.epoch(),
                      .file = std::move(opened),
                      .name = path,
                      .delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                      .sync_directory = create && (flags & logs) != 0,
                      .lock = 0};
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    Disk& disk = disk_of(vfs);
    if (!disk.exists(name)) return SQLITE_IOERR_DELETE_NOENT;
    return code_of(disk.remove(name, sync_directory != 0), SQLITE_IOERR_DELETE);
}

int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    *result = disk_of(vfs).exists(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int bytes, char* out) {
    // A write-ahead log's salt must differ from log to log, not be a secret; the same for each run.
    static thread_local std::uint64_t state = 0;
    for (int i = 0; i < bytes; ++i)
        out[i] = static_cast<char>((state += 0x9e3779b97f4a7c15ULL) >> 56U);
    return bytes;
}
int sleep(sqlite3_vfs*, int) {
    return 0;
}
int current_time(sqlite3_vfs*, double* days) {
    *days = 2'460'000.5;
    return SQLITE_OK;
}

}  // namespace

DiskVfs::DiskVfs(Disk& disk) : vfs_(std::make_unique<sqlite3_vfs>()) {
    static std::atomic<std::uint64_t> count{0};
    name_ = "simulated-disk-" + std::to_string(count.fetch_add(1));
    *vfs_ = {.iVersion = 1,
             .szOsFile = sizeof(Handle),
             .mxPathname = 512,
             .pNext = nullptr,
             .zName = name_.c_str(),
             .pAppData = &disk,
             .xOpen = open,
             .xDelete = remove,
             .xAccess = access,
             .xFullPathname = full_pathname,
             .xDlOpen = nullptr,
             .xDlError = nullptr,
             .xDlSym = nullptr,
             .xDlClose = nullptr,
             .xRandomness = randomness,
             .xSleep = sleep,
             .xCurrentTime = current_time,
             .xGetLastError = nullptr,
             .xCurrentTimeInt64 = nullptr,
             .xSetSystemCall = nullptr,
             .xGetSystemCall = nullptr,
             .xNextSystemCall = nullptr};
    CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

DiskVfs::~DiskVfs() {
    sqlite3_vfs_unregister(vfs_.get());
}

}  // namespace callarchive::testing
