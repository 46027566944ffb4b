#include "sqlite/read_watch.h"

#include "sqlite/failure.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace callarchive::sqlite {

/// A file system layer (sqlite.org/vfs.html) that is SQLite's own but for the files it opens.
struct ReadWatch::State {
    sqlite3_vfs vfs{};  // first, so that SQLite's pointer to it is one to the whole
    sqlite3_vfs* own = nullptr;
    std::string name{};
    GoOn go_on{};
    std::int64_t bytes = 0;
    bool is_over = false;

    [[nodiscard]] bool count(int read) {
        bytes += read;
        if (!is_over && !go_on(bytes)) is_over = true;
        return !is_over;
    }
};

namespace {

struct WatchedFile {
    sqlite3_file base;
    void* state;
    bool (*count)(void* state, int read);  ///< null for what is no database file
    // SQLite's own file follows.
};
static_assert(sizeof(WatchedFile) % sizeof(void*) == 0);

WatchedFile* watched(sqlite3_file* file) {
    return reinterpret_cast<WatchedFile*>(file);
}
sqlite3_file* own(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(watched(file) + 1);
}
const sqlite3_io_methods& of_own(sqlite3_file* file) {
    return *own(file)->pMethods;
}

int read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 offset) {
    const WatchedFile& one = *watched(file);
    if (one.count != nullptr && !one.count(one.state, bytes)) return SQLITE_IOERR_READ;
    return of_own(file).xRead(own(file), to, bytes, offset);
}

// Everything else is SQLite's own. Version 2 has no xFetch: what is mapped is not read.
constexpr sqlite3_io_methods methods{
    .iVersion = 2,
    .xClose = [](sqlite3_file* f) { return of_own(f).xClose(own(f)); },
    .xRead = read,
    .xWrite = [](sqlite3_file* f, const void* from, int bytes,
                 sqlite3_int64 at) { return of_own(f).xWrite(own(f), from, bytes, at); },
    .xTruncate = [](sqlite3_file* f,
                    sqlite3_int64 size) { return of_own(f).xTruncate(own(f), size); },
    .xSync = [](sqlite3_file* f, int flags) { return of_own(f).xSync(own(f), flags); },
    .xFileSize = [](sqlite3_file* f,
                    sqlite3_int64* size) { return of_own(f).xFileSize(own(f), size); },
    .xLock = [](sqlite3_file* f, int level) { return of_own(f).xLock(own(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return of_own(f).xUnlock(own(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f,
                             int* out) { return of_own(f).xCheckReservedLock(own(f), out); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return of_own(f).xFileControl(own(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return of_own(f).xSectorSize(own(f)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return of_own(f).xDeviceCharacteristics(own(f)); },
    .xShmMap =
        [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
            return of_own(f).xShmMap(own(f), page, size, extend, out);
        },
    .xShmLock = [](sqlite3_file* f, int offset, int n,
                   int flags) { return of_own(f).xShmLock(own(f), offset, n, flags); },
    .xShmBarrier = [](sqlite3_file* f) { of_own(f).xShmBarrier(own(f)); },
    .xShmUnmap = [](sqlite3_file* f, int remove) { return of_own(f).xShmUnmap(own(f), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace

ReadWatch::ReadWatch(GoOn go_on) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.own = sqlite3_vfs_find(nullptr);
    state.go_on = std::move(go_on);
    // Several may live at once.
    state.name = fmt::format("callarchive-read-watch-{}", static_cast<const void*>(&state));
    state.vfs = *state.own;
    state.vfs.pNext = nullptr;
    state.vfs.zName = state.name.c_str();
    state.vfs.szOsFile += static_cast<int>(sizeof(WatchedFile));
    state.vfs.xOpen = [](sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                         int* flags_out) {
        auto* of_vfs = reinterpret_cast<State*>(vfs);
        WatchedFile& one = *watched(file);
        one.base.pMethods = nullptr;
        one.state = of_vfs;
        one.count = nullptr;
        if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
            one.count = [](void* s, int bytes) { return static_cast<State*>(s)->count(bytes); };
        }
        const int code = of_vfs->own->xOpen(of_vfs->own, path, own(file), flags, flags_out);
        if (own(file)->pMethods != nullptr) one.base.pMethods = &methods;
        return code;
    };
    const int code = sqlite3_vfs_register(&state.vfs, 0);
    if (code != SQLITE_OK) throw Failure(nullptr, code, "registering a file system layer");
}

ReadWatch::~ReadWatch() {
    sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& ReadWatch::vfs() const {
    return state_->name;
}

}  // namespace callarchive::sqlite
