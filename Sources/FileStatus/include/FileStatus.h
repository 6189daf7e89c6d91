/// Reads the status of a file. Swift cannot call `statx` and cannot open a file with `O_PATH`.
///
/// The status has no times. From version 6.13 on, Linux gives a file a time of its own at the first write after a
/// program has asked for its times. This time is one more block that the next sync writes. A server that asked for the
/// times at each commit wrote three blocks instead of two at each commit.
#pragma once

#include <stdint.h>

/// What a look at a file shows.
struct FileStatus {
    uint64_t device;
    uint64_t inode;
    /// The number of the file's names.
    uint64_t links;
    /// The size in bytes.
    int64_t size;
};

/// Opens a file or a directory only to look at its status. Returns a descriptor, or -1 if the file cannot be opened.
///
/// On Linux, closing this descriptor does not end the locks that the process holds on the file.
int openToLook(const char *_Nonnull path);

/// Looks at an open file. Returns 0, or -1 if the system shows no status.
int lookAtDescriptor(int descriptor, struct FileStatus *_Nonnull status);

/// Looks at the file at a path. Returns 0, or -1 if the path names no file.
///
/// If `followsLinks` is 0 and the path names a symbolic link, it looks at the link itself.
int lookAtPath(const char *_Nonnull path, int followsLinks, struct FileStatus *_Nonnull status);

/// Reads when a program last wrote to an open file, in nanoseconds since 1970. Returns 0, or -1 if the system shows no
/// time.
///
/// Call this function only for a file that is rarely written.
int lookAtLastWrite(int descriptor, int64_t *_Nonnull nanoseconds);
