#include "store/failure.h"

#include <string_view>

namespace callarchive {
namespace {

struct Meaning {
    ErrorKind kind;
    std::string_view advice;
};

Meaning meaning_of(sqlite::FailureKind kind) {
    switch (kind) {
        case sqlite::FailureKind::full:
            return {ErrorKind::storage_full,
                    "free space or inodes on that file system, or raise the quota"};
        case sqlite::FailureKind::busy:
            return {ErrorKind::storage_busy,
                    "another program keeps the database locked: end it, or try again later"};
        case sqlite::FailureKind::damaged:
            return {ErrorKind::damaged,
                    "it is no callarchive database or it is damaged: check archive.path, run "
                    "`callarchive verify`, restore a backup"};
        case sqlite::FailureKind::readonly:
            return {ErrorKind::storage,
                    "give this user write permission on the file and on its directory, where the "
                    "-wal and -shm files lie; from a read-only medium copy the files elsewhere"};
        case sqlite::FailureKind::cannot_open:
            // Where a file cannot be made SQLite tries to open one, so that no inode left looks
            // like no such file (os_unix.c, unixOpen).
            return {ErrorKind::storage,
                    "check that the directory exists, that this user may read and write it (the "
                    "-wal and -shm files lie there too), and that its file system has inodes left "
                    "(df -i); from a read-only medium copy the files elsewhere"};
        case sqlite::FailureKind::input_output:
            return {ErrorKind::storage, "check the disk and the system log"};
        case sqlite::FailureKind::other:
            return {ErrorKind::storage,
                    "run `callarchive verify`, and if the archive is sound, please report this"};
    }
    return {ErrorKind::storage, ""};
}

}  // namespace

Error error_of(const sqlite::Failure& failure, const std::string& doing) {
    const Meaning meaning = meaning_of(failure.kind());
    return {meaning.kind, doing + ": " + failure.what() + "; " + std::string{meaning.advice}};
}

Error error_out_of_memory(const std::string& doing) {
    return {ErrorKind::storage, doing + ": out of memory; lower archive.cache or give it more"};
}

}  // namespace callarchive
