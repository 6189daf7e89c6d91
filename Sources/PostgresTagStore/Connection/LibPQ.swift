import CLibPQ

/// The functions of libpq, which the store loads when it first needs one of them.
///
/// The conformance to `Sendable` is unchecked because the compiler cannot know that pointers to C functions are safe to
/// share. The store writes these pointers once, before any thread reads them, and they point to code.
struct LibPQ: @unchecked Sendable {
    let functions: tagline_libpq

    private static let loaded: Result<LibPQ, DatabaseError> = {
        var functions = tagline_libpq()
        guard let missing = tagline_libpq_load(&functions) else { return .success(LibPQ(functions: functions)) }
        let name = String(cString: missing)
        return .failure(
            DatabaseError(
                .unusable,
                name == "libpq"
                    ? "libpq, the client library of PostgreSQL, is not installed; install it (Debian and Ubuntu: apt-get install libpq5)"
                    : "the installed libpq has no \(name); install version 14 or later"))
    }()

    /// Throws ``DatabaseError`` if libpq is not installed or is too old.
    static func load() throws(DatabaseError) -> tagline_libpq {
        try loaded.get().functions
    }
}
