#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Lets the tests open as many files as they may, and returns how many that is.
func openFilesAllowed() -> Int {
    var limit = rlimit()
    #if canImport(Glibc)
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    let files = RLIMIT_NOFILE
    #endif
    guard getrlimit(files, &limit) == 0 else { return 0 }
    limit.rlim_cur = min(limit.rlim_max, 1 << 16)
    return setrlimit(files, &limit) == 0 ? Int(limit.rlim_cur) : 0
}
