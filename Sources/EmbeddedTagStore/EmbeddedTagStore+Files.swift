extension EmbeddedTagStore {
    /// The names of the files that a store and SQLite make in the store's directory.
    ///
    /// The list has only the first copy of a damaged log, because later copies can have any number.
    public static let fileNames: [String] = {
        var names = [LogMark.fileName, OwnerLock.fileName]
        for database in [Disk.fileName, RefusedCallFile.fileName] {
            names.append(database)
            names += Disk.besideEndings.map { database + $0 }
        }
        names += [LogAtStart.aside, DamagedLogCopy.ending].map { Disk.fileName + "-wal" + $0 }
        return names
    }()
}
