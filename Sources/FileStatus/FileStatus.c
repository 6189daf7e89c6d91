#define _GNU_SOURCE
#include "FileStatus.h"

#include <fcntl.h>
#include <sys/stat.h>

static int fromStat(int result, const struct stat *from, struct FileStatus *status) {
    if (result != 0) return -1;
    *status = (struct FileStatus){
        .device = (uint64_t)from->st_dev,
        .inode = (uint64_t)from->st_ino,
        .links = (uint64_t)from->st_nlink,
        .size = (int64_t)from->st_size,
    };
    return 0;
}

int lookAtLastWrite(int descriptor, int64_t *nanoseconds) {
    struct stat from;
    if (fstat(descriptor, &from) != 0) return -1;
#if defined(__APPLE__)
    struct timespec time = from.st_mtimespec;
#else
    struct timespec time = from.st_mtim;
#endif
    int64_t seconds;
    if (__builtin_mul_overflow((int64_t)time.tv_sec, (int64_t)1000000000, &seconds)) return -1;
    return __builtin_add_overflow(seconds, (int64_t)time.tv_nsec, nanoseconds) ? -1 : 0;
}

#if defined(__linux__)
#include <errno.h>
#include <sys/sysmacros.h>

static int look(int descriptor, const char *path, int flags, struct FileStatus *status) {
    struct statx from;
    if (statx(descriptor, path, flags, STATX_INO | STATX_NLINK | STATX_SIZE, &from) == 0) {
        *status = (struct FileStatus){
            .device = (uint64_t)makedev(from.stx_dev_major, from.stx_dev_minor),
            .inode = from.stx_ino,
            .links = from.stx_nlink,
            .size = (int64_t)from.stx_size,
        };
        return 0;
    }
    // A kernel before version 4.11 has no `statx`, and a sandbox of the system may forbid it.
    if (errno != ENOSYS && errno != EPERM) return -1;
    struct stat other;
    return fromStat(fstatat(descriptor, path, &other, flags), &other, status);
}

int openToLook(const char *path) { return open(path, O_PATH | O_CLOEXEC); }

int lookAtDescriptor(int descriptor, struct FileStatus *status) { return look(descriptor, "", AT_EMPTY_PATH, status); }

int lookAtPath(const char *path, int followsLinks, struct FileStatus *status) {
    return look(AT_FDCWD, path, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW, status);
}

#else

int openToLook(const char *path) { return open(path, O_EVTONLY | O_CLOEXEC); }

int lookAtDescriptor(int descriptor, struct FileStatus *status) {
    struct stat from;
    return fromStat(fstat(descriptor, &from), &from, status);
}

int lookAtPath(const char *path, int followsLinks, struct FileStatus *status) {
    struct stat from;
    return fromStat(followsLinks ? stat(path, &from) : lstat(path, &from), &from, status);
}

#endif
