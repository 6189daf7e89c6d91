#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The limits and the signals of this process.
enum ProcessLimits {
    /// Raises, as far as the system allows, the number of files and sockets that the process may open. Returns the new
    /// number.
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
        return getrlimit(files, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    }

    /// Returns how many more files the process can open at present, but at most `wanted`.
    ///
    /// Files that the process inherited reduce this number. Call ``fillStandardStreams()`` first, because this function
    /// duplicates standard input, which must be open.
    static func openableFiles(upTo wanted: Int) -> Int {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        while opened.count < wanted {
            let descriptor = dup(0)
            guard descriptor >= 0 else { return errno == EMFILE ? opened.count : wanted }
            opened.append(descriptor)
        }
        return wanted
    }

    /// Makes every new file readable only for the owner of the process.
    static func keepFilesPrivate() {
        _ = umask(0o077)
    }

    /// If this process is the first process of a container, makes the system remove ended child processes. Orphans in
    /// the container become children of the first process, and no other process waits for them.
    static func reapAdoptedProcesses() {
        if getpid() == 1 { signal(SIGCHLD, SIG_IGN) }
    }

    /// Opens `/dev/null` in the place of each standard stream that is closed. A read from such an input and a write to
    /// such an output fail, so a command still notices that the stream is closed.
    static func fillStandardStreams() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The system gives the opened file the lowest free number.
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Returns whether this process ignores a signal, for example SIGHUP under `nohup`.
    static func ignores(_ number: Int32) -> Bool {
        // On every system, `signal` sets a handler and returns the previous handler. The second call restores this
        // handler.
        let handler = signal(number, SIG_IGN)
        signal(number, handler)
        // SIG_IGN is the number 1 and not a function.
        return unsafeBitCast(handler, to: Int.self) == 1
    }

    /// Makes each of `signals` end the process with exit code 0, until a service traps the signal.
    ///
    /// A server that is still starting has no work to finish. The first process of a container needs this function: the
    /// system ignores each signal for which that process has no handler.
    static func endAtOnce(on signals: [Int32]) {
        for number in signals { signal(number) { _ in _exit(0) } }
    }

    /// Makes a write to a closed pipe, or beyond the size limit of a file, return an error instead of ending the
    /// process.
    static func surviveWriteSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
