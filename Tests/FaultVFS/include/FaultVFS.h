/// A SQLite VFS for tests. It counts, records and breaks what SQLite does to the files of a directory.
///
/// The VFS wraps the platform's default VFS and becomes the default VFS of the process. The platform's VFS itself opens
/// every file outside a watched directory. Such a file costs one comparison of paths per opening and deletion.
///
/// A watch lasts from `fault_vfs_watch` to `fault_vfs_forget`, and covers everything below the directory. It covers the
/// files that SQLite opens during the watch, but no file that was already open.
///
/// Every function may be called from any thread. `directory` is always the path that was passed to `fault_vfs_watch`.
/// The functions copy the path and keep no pointer to it. If the directory is not watched, a function does nothing and
/// returns 0, unless its comment names another result.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What SQLite does to a file. Each is one bit, so several make a set.
enum fault_vfs_kind {
    FAULT_VFS_READ = 1 << 0,
    FAULT_VFS_WRITE = 1 << 1,
    FAULT_VFS_SYNC = 1 << 2,
    FAULT_VFS_TRUNCATE = 1 << 3,
    /// An opening. In the log: an opening that created the file.
    FAULT_VFS_OPEN = 1 << 4,
    FAULT_VFS_DELETE = 1 << 5,
};

/// How an operation fails.
enum fault_vfs_mode {
    /// Nothing is done to the file. SQLite gets SQLITE_CANTOPEN for an opening, and the SQLITE_IOERR of the kind for
    /// all others.
    FAULT_VFS_ERROR,
    /// As on a full disk: a write does nothing and SQLite gets SQLITE_FULL. All other kinds fail as with
    /// FAULT_VFS_ERROR.
    FAULT_VFS_FULL,
    /// As over a quota: a write does nothing, SQLite gets SQLITE_IOERR_WRITE, and EDQUOT is the last error of the file.
    /// All other kinds fail as with FAULT_VFS_ERROR.
    FAULT_VFS_QUOTA,
    /// A read returns half of its bytes, zeroes for the rest, and SQLITE_IOERR_SHORT_READ. A write writes half of its
    /// bytes, and SQLite gets SQLITE_IOERR_WRITE. All other kinds fail as with FAULT_VFS_ERROR.
    FAULT_VFS_SHORT,
    /// The operation waits and then succeeds.
    FAULT_VFS_DELAY,
};

/// One entry of a directory's log.
struct fault_vfs_entry {
    enum fault_vfs_kind kind;
    /// The path of the file below the directory. The VFS owns it; it is valid until `fault_vfs_forget`.
    const char *_Nullable file;
    /// The offset of a write, or the length of the file after a truncation; 0 for other kinds.
    int64_t offset;
    /// How many bytes a write wrote; 0 for other kinds.
    int64_t length;
    /// The bytes of a write, NULL for other kinds. The VFS owns them; they are valid until `fault_vfs_forget`.
    const uint8_t *_Nullable data;
    /// Whether a sync or a deletion also synced the directory, so that earlier creations and deletions are on disk too.
    /// SQLite's `unix` VFS syncs the directory with the first sync of a journal or a write-ahead log.
    bool syncs_directory;
};

/// Registers the VFS as the default of the process. Connections opened earlier keep the VFS they have. Further calls do
/// nothing.
///
/// Returns an SQLite result code.
int fault_vfs_install(void);

/// Begins to watch a directory, which must exist, with all counts at 0, an empty log and no fault planned. Installs the
/// VFS if it is not installed.
///
/// Returns an SQLite result code: SQLITE_MISUSE if the directory is watched already, SQLITE_CANTOPEN if it does not
/// exist.
int fault_vfs_watch(const char *directory);

/// Ends the watch and frees the log with its data. Files that are still open stay usable: the platform's VFS does their
/// operations, and nothing counts or fails them any more.
void fault_vfs_forget(const char *directory);

/// Returns how many operations of the kinds there were, including failed operations.
///
/// `kinds` is a set of `fault_vfs_kind`.
int64_t fault_vfs_count(const char *directory, uint32_t kinds);

/// Plans one fault, which replaces the fault planned before.
///
/// `kinds` is the set of `fault_vfs_kind` that counts. The `nth` operation of these kinds from now on fails, where 1 is
/// the next one. If `lasts` is true, every later operation of these kinds fails too. `microseconds` is how long
/// FAULT_VFS_DELAY waits, at most one second; other modes ignore it.
void fault_vfs_plan(
    const char *directory, uint32_t kinds, int64_t nth, enum fault_vfs_mode mode, bool lasts, int64_t microseconds);

/// Lets all further operations succeed.
void fault_vfs_heal(const char *directory);

/// Returns how many operations have failed or waited as planned since the watch began.
int64_t fault_vfs_strikes(const char *directory);

/// Begins or ends the recording of writes, syncs, truncations, deletions and creations. Entries that are already
/// recorded stay.
///
/// The log has the order in which the operations ended, and holds only successful operations. Of a write that was cut
/// short, the log has the bytes that were written.
void fault_vfs_record(const char *directory, bool records);

/// Returns the number of entries in the log.
int64_t fault_vfs_log_count(const char *directory);

/// Copies the entry at `index`, counted from 0, into `entry`. If the log has no such entry, returns false and does not
/// change `entry`.
///
/// The caller owns `entry`, but not what its pointers point to: see `struct fault_vfs_entry`.
bool fault_vfs_log_entry(const char *directory, int64_t index, struct fault_vfs_entry *entry);

#pragma clang assume_nonnull end
