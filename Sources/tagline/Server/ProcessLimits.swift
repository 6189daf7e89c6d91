#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the operating system lets this process do.
enum ProcessLimits {
    /// Lets the process open as many files and sockets as it may, and returns how many that is.
    static func raiseOpenFiles() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return 1024 }
        limit.rlim_cur = min(limit.rlim_max, 1 << 20)
        _ = setrlimit(files, &limit)
        return getrlimit(files, &limit) == 0 ? Int(limit.rlim_cur) : 1024
    }

    /// Has every file that is made from now on readable for the owner of the process alone.
    static func keepFilesPrivate() {
        _ = umask(0o077)
    }

    /// If this is the first process of a container, makes the system remove ended child processes. Orphans in the
    /// container become its children, and no other process waits for them.
    static func reapAdoptedProcesses() {
        if getpid() == 1 { signal(SIGCHLD, SIG_IGN) }
    }

    /// Has a closed pipe and a full file answered with an error instead of the end of the process.
    static func surviveWriteSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
