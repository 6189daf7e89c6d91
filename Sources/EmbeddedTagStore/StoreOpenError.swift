import FreshFiles

/// Why the store cannot open a data directory.
///
/// The description of the error is one line of text for a person.
public enum StoreOpenError: Error, Hashable, Sendable, CustomStringConvertible {
    case notWritable(directory: String, why: String)
    case heldByAnotherProcess(directory: String, process: Int?)
    /// The content of the file differs from what the store wrote. The store loaded nothing and changed nothing.
    case damaged(file: String, why: String)
    /// The write-ahead log of the database file has lost transactions that the store had acknowledged. The store
    /// changed nothing.
    case logDamaged(file: String, why: String)
    /// The database file is missing or empty, although another file shows that the database file held a store.
    case databaseMissing(file: String, why: String)
    /// A file of the store is a link, has a second name, or belongs to another user. The store changed nothing.
    case notOwnFile(file: String, why: String)
    /// A newer version of this program wrote the file.
    case tooNew(file: String)
    case failed(file: String, why: String)

    public var description: String {
        switch self {
        case .notWritable(let directory, let why):
            "the data directory \(directory) cannot be used: \(why); choose a directory that you can write to"
        case .heldByAnotherProcess(let directory, let process):
            "the data directory \(directory) is in use by another process\(process.map { " (\($0))" } ?? ""); "
                + "stop that one first, or choose another directory"
        case .damaged(let file, let why):
            "\(file) is damaged: \(why); nothing was loaded or changed, restore the directory from a backup"
        case .logDamaged(let file, let why):
            "\(file) has lost changes that were acknowledged: \(why); nothing was changed. Restore the directory from a backup, "
                + "or start with --accept-loss to go on with what can still be read"
        case .databaseMissing(let file, let why):
            "\(file) is missing or empty, but \(why); nothing was changed. Restore the directory from a backup. To begin with an "
                + "empty store, remove \(file)-wal and \(LogMark.fileName) too, or start with --accept-loss"
        case .notOwnFile(let file, let why):
            "\(file) cannot be used: \(why); put a copy of the file in its place"
        case .tooNew(let file):
            "\(file) was written by a newer version of Tagline; start that version"
        case .failed(let file, let why):
            "\(file) cannot be opened: \(why)"
        }
    }
}

extension StoreOpenError {
    /// Makes the error for a file that the store cannot use.
    ///
    /// - Parameter directory: the data directory. The error names this directory if the operating system refuses the
    ///   file.
    init(_ failure: FreshFileFailure, in directory: String) {
        self =
            switch failure.cause {
            case .system: .notWritable(directory: directory, why: failure.reason)
            case .isLink, .hasOtherNames, .isNotAFile, .isForeign, .isNotText, .wasReplaced:
                .notOwnFile(file: failure.path, why: failure.reason)
            }
    }
}
