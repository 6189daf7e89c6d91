#include "FaultVFS.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define KINDS 6

/// The name of a file below a watched directory, allocated once for all entries of the file.
struct name {
    struct name *next;
    char text[];
};

struct plan {
    uint32_t kinds;
    /// How many operations of these kinds follow up to the fault, including the failing operation; 0 if no fault is
    /// planned.
    int64_t remaining;
    enum fault_vfs_mode mode;
    bool lasts;
    int64_t microseconds;
};

/// A watched directory.
///
/// `watches_lock` guards `next` and `references`; nothing changes `path` and `real_path`; `lock` guards the rest.
struct watch {
    struct watch *next;
    /// The list, each open file and each running call hold one reference.
    int references;
    /// The path as the caller gave it, without slashes at its end. The watch owns it.
    char *path;
    /// The path without symbolic links. The watch owns it.
    char *real_path;
    pthread_mutex_t lock;
    bool is_forgotten;
    bool records;
    int64_t counts[KINDS];
    struct plan plan;
    int64_t strikes;
    /// The log. The watch owns the array and the bytes of each write.
    struct fault_vfs_entry *entries;
    int64_t entry_count, entry_capacity;
    struct name *names;
};

/// An open file of a watched directory. The platform's file follows it in memory, in the space that SQLite allocates.
struct file {
    sqlite3_file base;
    /// The file holds a reference.
    struct watch *watch;
    /// The watch owns the name, and frees it when the watch is forgotten. Nothing reads the name afterwards.
    const char *name;
    /// Whether the next sync also syncs the directory.
    bool syncs_directory;
    /// The system's error of a write that failed as planned, if the platform's file does not know it; otherwise 0.
    int last_error;
};

/// The size of `struct file`, rounded up so that the platform's file is aligned.
#define FILE_SIZE ((sizeof(struct file) + 15) / 16 * 16)

static pthread_mutex_t watches_lock = PTHREAD_MUTEX_INITIALIZER;
static struct watch *watches;

static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
/// The platform's VFS. It is set once, before this VFS is registered with SQLite.
static sqlite3_vfs *platform;

// MARK: Watches

/// Returns the part of `path` after `directory`, or NULL if `path` is not below `directory`.
static const char *name_below(const char *directory, const char *path) {
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

/// Returns the watch over the file at `path` with a reference for the caller, and points `name` into `path`; NULL if no
/// watch covers the file.
static struct watch *retain_watch_over(const char *path, const char **name) {
    pthread_mutex_lock(&watches_lock);
    struct watch *watch = watches;
    for (; watch; watch = watch->next) {
        *name = name_below(watch->path, path);
        if (!*name) *name = name_below(watch->real_path, path);
        if (*name) break;
    }
    if (watch) watch->references++;
    pthread_mutex_unlock(&watches_lock);
    return watch;
}

static bool is_path_of(const struct watch *watch, const char *directory) {
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/') length--;
    return strlen(watch->path) == length && memcmp(watch->path, directory, length) == 0;
}

/// Returns the watch of a directory with a reference for the caller; NULL if the directory is not watched.
static struct watch *retain_watch(const char *directory) {
    pthread_mutex_lock(&watches_lock);
    struct watch *watch = watches;
    while (watch && !is_path_of(watch, directory)) watch = watch->next;
    if (watch) watch->references++;
    pthread_mutex_unlock(&watches_lock);
    return watch;
}

/// Frees the log and the names. The caller holds the lock of the watch, or has the last reference to it.
static void free_log(struct watch *watch) {
    for (int64_t index = 0; index < watch->entry_count; index++) free((void *)watch->entries[index].data);
    free(watch->entries);
    watch->entries = NULL;
    watch->entry_count = watch->entry_capacity = 0;
    while (watch->names) {
        struct name *name = watch->names;
        watch->names = name->next;
        free(name);
    }
}

/// Drops a reference. Frees the watch if this was the last reference.
static void release(struct watch *watch) {
    pthread_mutex_lock(&watches_lock);
    bool is_last = --watch->references == 0;
    pthread_mutex_unlock(&watches_lock);
    if (!is_last) return;
    free_log(watch);
    pthread_mutex_destroy(&watch->lock);
    free(watch->path);
    free(watch->real_path);
    free(watch);
}

/// Returns the watch's own copy of a name, or NULL if no memory is left. The caller holds the lock of the watch.
static const char *intern(struct watch *watch, const char *text) {
    for (struct name *name = watch->names; name; name = name->next) {
        if (strcmp(name->text, text) == 0) return name->text;
    }
    size_t size = strlen(text) + 1;
    struct name *name = malloc(sizeof(struct name) + size);
    if (!name) return NULL;
    memcpy(name->text, text, size);
    name->next = watch->names;
    watch->names = name;
    return name->text;
}

// MARK: Faults

/// How an operation ends.
enum verdict { SUCCEEDS, FAILS, FAILS_AS_FULL, FAILS_BY_QUOTA, FAILS_HALFWAY };

/// Waits, for one second at most.
static void pause_for(int64_t microseconds) {
    if (microseconds < 0) microseconds = 0;
    if (microseconds > 1000000) microseconds = 1000000;
    struct timespec time = {.tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000};
    while (nanosleep(&time, &time) != 0) {}
}

/// Counts an operation and returns how it ends. If the plan is a delay, waits here, without holding the lock.
static enum verdict judge(struct watch *watch, enum fault_vfs_kind kind) {
    bool strikes = false;
    pthread_mutex_lock(&watch->lock);
    struct plan plan = watch->plan;
    if (!watch->is_forgotten) {
        watch->counts[__builtin_ctz(kind)]++;
        if (plan.remaining > 0 && plan.kinds & kind) {
            strikes = plan.remaining == 1;
            if (!strikes || !plan.lasts) watch->plan.remaining--;
            if (strikes) watch->strikes++;
        }
    }
    pthread_mutex_unlock(&watch->lock);
    if (!strikes) return SUCCEEDS;
    switch (plan.mode) {
        case FAULT_VFS_ERROR: return FAILS;
        case FAULT_VFS_FULL: return FAILS_AS_FULL;
        case FAULT_VFS_QUOTA: return FAILS_BY_QUOTA;
        case FAULT_VFS_SHORT: return FAILS_HALFWAY;
        case FAULT_VFS_DELAY: pause_for(plan.microseconds); return SUCCEEDS;
    }
    return FAILS;
}

// MARK: The log

/// Makes room for one more entry. Returns false if no memory is left. The caller holds the lock of the watch.
static bool reserve_entry(struct watch *watch) {
    if (watch->entry_count < watch->entry_capacity) return true;
    int64_t capacity = watch->entry_capacity ? watch->entry_capacity * 2 : 256;
    struct fault_vfs_entry *entries = realloc(watch->entries, (size_t)capacity * sizeof(struct fault_vfs_entry));
    if (!entries) return false;
    watch->entries = entries;
    watch->entry_capacity = capacity;
    return true;
}

/// Whether the watch records. The caller holds its lock.
static bool is_recording(const struct watch *watch) { return watch->records && !watch->is_forgotten; }

/// Adds an entry. The caller has made room for it with `reserve_entry`.
static void append(struct watch *watch, struct fault_vfs_entry entry) { watch->entries[watch->entry_count++] = entry; }

// MARK: Files

static sqlite3_file *platform_file(struct file *file) { return (sqlite3_file *)((char *)file + FILE_SIZE); }

static int file_close(sqlite3_file *base) {
    struct file *file = (struct file *)base;
    sqlite3_file *real = platform_file(file);
    int result = real->pMethods->xClose(real);
    release(file->watch);
    return result;
}

static int file_read(sqlite3_file *base, void *bytes, int length, sqlite3_int64 offset) {
    struct file *file = (struct file *)base;
    sqlite3_file *real = platform_file(file);
    switch (judge(file->watch, FAULT_VFS_READ)) {
        case SUCCEEDS: return real->pMethods->xRead(real, bytes, length, offset);
        case FAILS:
        case FAILS_AS_FULL:
        case FAILS_BY_QUOTA: return SQLITE_IOERR_READ;
        case FAILS_HALFWAY: break;
    }
    int half = length / 2;
    int result = half > 0 ? real->pMethods->xRead(real, bytes, half, offset) : SQLITE_OK;
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
    memset((char *)bytes + half, 0, (size_t)(length - half));
    return SQLITE_IOERR_SHORT_READ;
}

/// Writes and records. A write that cannot be recorded is not made.
static int write_recorded(struct file *file, const void *bytes, int length, sqlite3_int64 offset) {
    struct watch *watch = file->watch;
    sqlite3_file *real = platform_file(file);
    pthread_mutex_lock(&watch->lock);
    bool records = is_recording(watch);
    uint8_t *copy = NULL;
    int result = SQLITE_OK;
    if (records) {
        copy = malloc((size_t)length + 1);
        if (!copy || !reserve_entry(watch)) result = SQLITE_IOERR_NOMEM;
    }
    if (result == SQLITE_OK) result = real->pMethods->xWrite(real, bytes, length, offset);
    if (records && result == SQLITE_OK) {
        memcpy(copy, bytes, (size_t)length);
        append(
            watch, (struct fault_vfs_entry){
                       .kind = FAULT_VFS_WRITE, .file = file->name, .offset = offset, .length = length, .data = copy});
    } else {
        free(copy);
    }
    pthread_mutex_unlock(&watch->lock);
    return result;
}

static int file_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
    struct file *file = (struct file *)base;
    file->last_error = 0;
    switch (judge(file->watch, FAULT_VFS_WRITE)) {
        case SUCCEEDS: return write_recorded(file, bytes, length, offset);
        case FAILS: return SQLITE_IOERR_WRITE;
        case FAILS_AS_FULL: return SQLITE_FULL;
        case FAILS_BY_QUOTA: file->last_error = EDQUOT; return SQLITE_IOERR_WRITE;
        case FAILS_HALFWAY: break;
    }
    if (length / 2 > 0) (void)write_recorded(file, bytes, length / 2, offset);
    return SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
    struct file *file = (struct file *)base;
    struct watch *watch = file->watch;
    sqlite3_file *real = platform_file(file);
    if (judge(watch, FAULT_VFS_TRUNCATE) != SUCCEEDS) return SQLITE_IOERR_TRUNCATE;
    pthread_mutex_lock(&watch->lock);
    bool records = is_recording(watch);
    int result = records && !reserve_entry(watch) ? SQLITE_IOERR_NOMEM : real->pMethods->xTruncate(real, size);
    if (records && result == SQLITE_OK) {
        append(watch, (struct fault_vfs_entry){.kind = FAULT_VFS_TRUNCATE, .file = file->name, .offset = size});
    }
    pthread_mutex_unlock(&watch->lock);
    return result;
}

static int file_sync(sqlite3_file *base, int flags) {
    struct file *file = (struct file *)base;
    struct watch *watch = file->watch;
    sqlite3_file *real = platform_file(file);
    if (judge(watch, FAULT_VFS_SYNC) != SUCCEEDS) return SQLITE_IOERR_FSYNC;
    pthread_mutex_lock(&watch->lock);
    bool records = is_recording(watch);
    int result = records && !reserve_entry(watch) ? SQLITE_IOERR_NOMEM : real->pMethods->xSync(real, flags);
    if (result == SQLITE_OK) {
        if (records) {
            append(
                watch, (struct fault_vfs_entry){
                           .kind = FAULT_VFS_SYNC, .file = file->name, .syncs_directory = file->syncs_directory});
        }
        file->syncs_directory = false;
    }
    pthread_mutex_unlock(&watch->lock);
    return result;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xFileSize(real, size);
}

static int file_lock(sqlite3_file *base, int level) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xLock(real, level);
}

static int file_unlock(sqlite3_file *base, int level) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xUnlock(real, level);
}

static int file_check_reserved_lock(sqlite3_file *base, int *is_reserved) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xCheckReservedLock(real, is_reserved);
}

static int file_control(sqlite3_file *base, int operation, void *argument) {
    struct file *file = (struct file *)base;
    sqlite3_file *real = platform_file(file);
    if (operation == SQLITE_FCNTL_LAST_ERRNO && file->last_error != 0) {
        *(int *)argument = file->last_error;
        return SQLITE_OK;
    }
    return real->pMethods->xFileControl(real, operation, argument);
}

static int file_sector_size(sqlite3_file *base) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xSectorSize ? real->pMethods->xSectorSize(real) : 4096;
}

static int file_device_characteristics(sqlite3_file *base) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xDeviceCharacteristics ? real->pMethods->xDeviceCharacteristics(real) : 0;
}

static int file_shm_map(sqlite3_file *base, int page, int page_size, int extends, void volatile **memory) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xShmMap(real, page, page_size, extends, memory);
}

static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xShmLock(real, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *base) {
    sqlite3_file *real = platform_file((struct file *)base);
    real->pMethods->xShmBarrier(real);
}

static int file_shm_unmap(sqlite3_file *base, int deletes) {
    sqlite3_file *real = platform_file((struct file *)base);
    return real->pMethods->xShmUnmap(real, deletes);
}

/// Maps nothing, so that SQLite reads every page through `file_read`.
static int file_fetch(sqlite3_file *base, sqlite3_int64 offset, int length, void **memory) {
    (void)base, (void)offset, (void)length;
    *memory = NULL;
    return SQLITE_OK;
}

static int file_unfetch(sqlite3_file *base, sqlite3_int64 offset, void *memory) {
    (void)base, (void)offset, (void)memory;
    return SQLITE_OK;
}

#define METHODS_OF_VERSION_1 \
    .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate, .xSync = file_sync, \
    .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock, \
    .xCheckReservedLock = file_check_reserved_lock, .xFileControl = file_control, .xSectorSize = file_sector_size, \
    .xDeviceCharacteristics = file_device_characteristics

static const sqlite3_io_methods methods = {
    METHODS_OF_VERSION_1,
    .iVersion = 3,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
    .xFetch = file_fetch,
    .xUnfetch = file_unfetch,
};

/// For a file of the platform that has no shared memory, as on some network file systems.
static const sqlite3_io_methods methods_without_shm = {METHODS_OF_VERSION_1, .iVersion = 1};

// MARK: The VFS

/// Whether SQLite's `unix` VFS syncs the directory with the first sync of a file that is opened with these flags.
static bool syncs_directory(int flags) {
    int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    return flags & SQLITE_OPEN_CREATE && flags & journals;
}

static int open_watched(struct file *file, const char *path, const char *name, int flags, int *flags_out) {
    struct watch *watch = file->watch;
    sqlite3_file *real = platform_file(file);
    if (judge(watch, FAULT_VFS_OPEN) != SUCCEEDS) return SQLITE_CANTOPEN;
    pthread_mutex_lock(&watch->lock);
    int result = SQLITE_OK;
    file->name = intern(watch, name);
    if (!file->name || !reserve_entry(watch)) result = SQLITE_NOMEM;
    bool is_new = access(path, F_OK) != 0;
    if (result == SQLITE_OK) {
        result = platform->xOpen(platform, path, real, flags, flags_out);
        // SQLite's rule: a file with methods must be closed, even if its opening failed.
        if (result != SQLITE_OK && real->pMethods) real->pMethods->xClose(real);
    }
    if (result == SQLITE_OK && is_new && is_recording(watch)) {
        append(watch, (struct fault_vfs_entry){.kind = FAULT_VFS_OPEN, .file = file->name});
    }
    pthread_mutex_unlock(&watch->lock);
    return result;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *flags_out) {
    (void)vfs;
    const char *name = NULL;
    struct watch *watch = path && !(flags & SQLITE_OPEN_DELETEONCLOSE) ? retain_watch_over(path, &name) : NULL;
    if (!watch) return platform->xOpen(platform, path, base, flags, flags_out);
    struct file *file = (struct file *)base;
    memset(file, 0, FILE_SIZE + (size_t)platform->szOsFile);
    file->watch = watch;
    file->syncs_directory = syncs_directory(flags);
    int result = open_watched(file, path, name, flags, flags_out);
    if (result != SQLITE_OK) {
        release(watch);
        return result;
    }
    bool has_shm = platform_file(file)->pMethods->iVersion >= 2 && platform_file(file)->pMethods->xShmMap;
    file->base.pMethods = has_shm ? &methods : &methods_without_shm;
    return SQLITE_OK;
}

static int delete_watched(struct watch *watch, const char *path, const char *name, int syncs_directory) {
    if (judge(watch, FAULT_VFS_DELETE) != SUCCEEDS) return SQLITE_IOERR_DELETE;
    pthread_mutex_lock(&watch->lock);
    bool records = is_recording(watch);
    const char *own_name = records ? intern(watch, name) : NULL;
    int result = records && (!own_name || !reserve_entry(watch)) ? SQLITE_IOERR_NOMEM
                                                                 : platform->xDelete(platform, path, syncs_directory);
    if (records && result == SQLITE_OK) {
        append(
            watch, (struct fault_vfs_entry){
                       .kind = FAULT_VFS_DELETE, .file = own_name, .syncs_directory = syncs_directory != 0});
    }
    pthread_mutex_unlock(&watch->lock);
    return result;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs_directory) {
    (void)vfs;
    const char *name = NULL;
    struct watch *watch = retain_watch_over(path, &name);
    if (!watch) return platform->xDelete(platform, path, syncs_directory);
    int result = delete_watched(watch, path, name, syncs_directory);
    release(watch);
    return result;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs;
    return platform->xAccess(platform, path, flags, result);
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *path, int size, char *full) {
    (void)vfs;
    return platform->xFullPathname(platform, path, size, full);
}

static void *vfs_dl_open(sqlite3_vfs *vfs, const char *path) {
    (void)vfs;
    return platform->xDlOpen(platform, path);
}

static void vfs_dl_error(sqlite3_vfs *vfs, int size, char *message) {
    (void)vfs;
    platform->xDlError(platform, size, message);
}

static void (*vfs_dl_sym(sqlite3_vfs *vfs, void *library, const char *symbol))(void) {
    (void)vfs;
    return platform->xDlSym(platform, library, symbol);
}

static void vfs_dl_close(sqlite3_vfs *vfs, void *library) {
    (void)vfs;
    platform->xDlClose(platform, library);
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *bytes) {
    (void)vfs;
    return platform->xRandomness(platform, size, bytes);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return platform->xSleep(platform, microseconds);
}

static int vfs_current_time(sqlite3_vfs *vfs, double *time) {
    (void)vfs;
    return platform->xCurrentTime(platform, time);
}

static int vfs_get_last_error(sqlite3_vfs *vfs, int size, char *message) {
    (void)vfs;
    return platform->xGetLastError ? platform->xGetLastError(platform, size, message) : 0;
}

static int vfs_current_time_64(sqlite3_vfs *vfs, sqlite3_int64 *time) {
    (void)vfs;
    return platform->xCurrentTimeInt64(platform, time);
}

static int vfs_set_system_call(sqlite3_vfs *vfs, const char *name, sqlite3_syscall_ptr call) {
    (void)vfs;
    return platform->xSetSystemCall(platform, name, call);
}

static sqlite3_syscall_ptr vfs_get_system_call(sqlite3_vfs *vfs, const char *name) {
    (void)vfs;
    return platform->xGetSystemCall(platform, name);
}

static const char *vfs_next_system_call(sqlite3_vfs *vfs, const char *name) {
    (void)vfs;
    return platform->xNextSystemCall(platform, name);
}

static sqlite3_vfs fault_vfs = {
    .zName = "fault",
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_pathname,
    .xDlOpen = vfs_dl_open,
    .xDlError = vfs_dl_error,
    .xDlSym = vfs_dl_sym,
    .xDlClose = vfs_dl_close,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_current_time,
    .xGetLastError = vfs_get_last_error,
    .xCurrentTimeInt64 = vfs_current_time_64,
    .xSetSystemCall = vfs_set_system_call,
    .xGetSystemCall = vfs_get_system_call,
    .xNextSystemCall = vfs_next_system_call,
};

// MARK: What tests call

/// Registers the VFS. The caller holds `install_lock`.
static int install(void) {
    if (platform) return SQLITE_OK;
    int result = sqlite3_initialize();
    if (result != SQLITE_OK) return result;
    sqlite3_vfs *found = sqlite3_vfs_find(NULL);
    if (!found) return SQLITE_ERROR;
    fault_vfs.iVersion = found->iVersion < 3 ? found->iVersion : 3;
    fault_vfs.szOsFile = (int)FILE_SIZE + found->szOsFile;
    fault_vfs.mxPathname = found->mxPathname;
    platform = found;
    result = sqlite3_vfs_register(&fault_vfs, 1);
    if (result != SQLITE_OK) platform = NULL;
    return result;
}

int fault_vfs_install(void) {
    pthread_mutex_lock(&install_lock);
    int result = install();
    pthread_mutex_unlock(&install_lock);
    return result;
}

int fault_vfs_watch(const char *directory) {
    int result = fault_vfs_install();
    if (result != SQLITE_OK) return result;
    char *real_path = realpath(directory, NULL);
    if (!real_path) return SQLITE_CANTOPEN;
    struct watch *watch = calloc(1, sizeof(struct watch));
    char *path = strdup(directory);
    if (!watch || !path) {
        free(watch);
        free(path);
        free(real_path);
        return SQLITE_NOMEM;
    }
    for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--) path[length - 1] = 0;
    watch->path = path;
    watch->real_path = real_path;
    watch->references = 1;
    pthread_mutex_init(&watch->lock, NULL);
    pthread_mutex_lock(&watches_lock);
    bool is_watched = false;
    for (struct watch *other = watches; other; other = other->next) {
        is_watched = is_watched || is_path_of(other, path) || strcmp(other->real_path, real_path) == 0;
    }
    if (!is_watched) {
        watch->next = watches;
        watches = watch;
    }
    pthread_mutex_unlock(&watches_lock);
    if (!is_watched) return SQLITE_OK;
    release(watch);
    return SQLITE_MISUSE;
}

void fault_vfs_forget(const char *directory) {
    pthread_mutex_lock(&watches_lock);
    struct watch **place = &watches;
    while (*place && !is_path_of(*place, directory)) place = &(*place)->next;
    struct watch *watch = *place;
    if (watch) *place = watch->next;
    pthread_mutex_unlock(&watches_lock);
    if (!watch) return;
    pthread_mutex_lock(&watch->lock);
    watch->is_forgotten = true;
    free_log(watch);
    pthread_mutex_unlock(&watch->lock);
    // The reference of the list.
    release(watch);
}

int64_t fault_vfs_count(const char *directory, uint32_t kinds) {
    struct watch *watch = retain_watch(directory);
    if (!watch) return 0;
    pthread_mutex_lock(&watch->lock);
    int64_t count = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        if (kinds >> kind & 1) count += watch->counts[kind];
    }
    pthread_mutex_unlock(&watch->lock);
    release(watch);
    return count;
}

void fault_vfs_plan(
    const char *directory, uint32_t kinds, int64_t nth, enum fault_vfs_mode mode, bool lasts, int64_t microseconds) {
    struct watch *watch = retain_watch(directory);
    if (!watch) return;
    pthread_mutex_lock(&watch->lock);
    watch->plan = (struct plan){
        .kinds = kinds, .remaining = nth, .mode = mode, .lasts = lasts, .microseconds = microseconds};
    pthread_mutex_unlock(&watch->lock);
    release(watch);
}

void fault_vfs_heal(const char *directory) { fault_vfs_plan(directory, 0, 0, FAULT_VFS_ERROR, false, 0); }

int64_t fault_vfs_strikes(const char *directory) {
    struct watch *watch = retain_watch(directory);
    if (!watch) return 0;
    pthread_mutex_lock(&watch->lock);
    int64_t strikes = watch->strikes;
    pthread_mutex_unlock(&watch->lock);
    release(watch);
    return strikes;
}

void fault_vfs_record(const char *directory, bool records) {
    struct watch *watch = retain_watch(directory);
    if (!watch) return;
    pthread_mutex_lock(&watch->lock);
    watch->records = records;
    pthread_mutex_unlock(&watch->lock);
    release(watch);
}

int64_t fault_vfs_log_count(const char *directory) {
    struct watch *watch = retain_watch(directory);
    if (!watch) return 0;
    pthread_mutex_lock(&watch->lock);
    int64_t count = watch->entry_count;
    pthread_mutex_unlock(&watch->lock);
    release(watch);
    return count;
}

bool fault_vfs_log_entry(const char *directory, int64_t index, struct fault_vfs_entry *entry) {
    struct watch *watch = retain_watch(directory);
    if (!watch) return false;
    pthread_mutex_lock(&watch->lock);
    bool exists = index >= 0 && index < watch->entry_count;
    if (exists) *entry = watch->entries[index];
    pthread_mutex_unlock(&watch->lock);
    release(watch);
    return exists;
}
