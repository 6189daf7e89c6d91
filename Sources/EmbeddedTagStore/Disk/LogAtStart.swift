import Foundation
import FreshFiles

/// The log of a database as the store finds it at a start.
///
/// The store judges the log before SQLite opens it, because SQLite would overwrite what a damaged log still holds.
struct LogAtStart {
    private let content: WriteAheadLog
    /// The mark of the log; nil if it is missing or unreadable.
    let mark: LogMark?
    /// A description of the damage; nil if there is none.
    let damage: String?
    /// The path of the copy of a damaged log; nil if there is none.
    let copy: String?
    /// Whether the database existed without its mark. Without the mark, the store cannot judge the end of the log.
    let isMarkMissing: Bool
    /// Whether the database must hold a store, because its mark exists. False after an accepted damage: the log may
    /// have held the whole store.
    let isStoreExpected: Bool
    private let path: String

    /// - Parameters:
    ///   - path: the database.
    ///   - acceptsLoss: whether to copy a damaged log instead of refusing it.
    init(ofDatabase path: String, in directory: String, acceptsLoss: Bool) throws(StoreOpenError) {
        self.path = path + "-wal"
        mark = LogMarkFile.read(in: directory)
        isMarkMissing = mark == nil && FileManager.default.fileExists(atPath: path)
        do {
            // SQLite would follow a link, and look for the log beside the link's target.
            for file in [path, path + "-wal"] { try FreshFile(file).check() }
            content = try WriteAheadLog(besideDatabase: path)
            let missing = Self.missingDatabase(path, mark)
            damage = missing.map { "the database is missing or empty, but \($0)" } ?? content.damage(mark)
            isStoreExpected = mark != nil && damage == nil
            guard let damage else {
                copy = nil
                return
            }
            guard acceptsLoss else {
                throw missing.map { StoreOpenError.databaseMissing(file: path, why: $0) }
                    ?? StoreOpenError.logDamaged(file: path, why: damage)
            }
            copy = FileManager.default.fileExists(atPath: self.path) ? try DamagedLogCopy(of: self.path).path : nil
        } catch let failure as FreshFileFailure {
            throw StoreOpenError(failure, in: directory)
        } catch {
            throw Disk.openError(error, path: path)
        }
    }

    /// Makes the value for the time in which the log is set aside.
    private init(setAside log: LogAtStart) {
        content = .none
        mark = log.mark
        damage = log.damage
        copy = log.copy
        isMarkMissing = log.isMarkMissing
        isStoreExpected = log.isStoreExpected
        path = log.path
    }

    /// Whether SQLite must empty the log after the store has been read. Frames after the last whole transaction must
    /// not look like parts of a later transaction, and the next start must not judge the damage again.
    var mustBeEmptied: Bool { content.hasRemains || damage != nil }

    /// Returns the mark that requires the present log.
    func mark(_ milestone: Milestone) -> LogMark { content.mark(milestone) }

    /// Calls `open` and returns the store that it opens. Throws what `open` throws.
    ///
    /// The database may hold a later state than the readable part of a damaged log, because SQLite copies the log into
    /// it. So this function opens a store with a damaged log twice, with the log and without it, and keeps the later
    /// state.
    ///
    /// - Parameter open: opens the store, and returns the store and the milestone that it has reached.
    func opening<Store>(
        _ open: (LogAtStart) throws(StoreOpenError) -> (store: Store, milestone: Milestone)
    ) throws(StoreOpenError) -> Store {
        guard copy != nil else { return try open(self).store }
        let withLog = try? open(self).milestone
        let aside = path + ".aside"
        guard rename(path, aside) == 0 else { return try open(self).store }
        let without = LogAtStart(setAside: self)
        if let milestone = try? open(without).milestone, withLog.map(milestone.isFurther) ?? true {
            let store = try open(without).store
            unlink(aside)
            return store
        }
        // SQLite has made a new log meanwhile, which holds nothing that the store has acknowledged.
        rename(aside, path)
        return try open(self).store
    }

    /// Returns what is wrong if the database is missing or empty although its log or its mark shows that it held a
    /// store. SQLite would make a new database and delete the log.
    private static func missingDatabase(_ path: String, _ mark: LogMark?) -> String? {
        func size(_ path: String) -> UInt64? {
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.uint64Value
        }
        guard size(path) ?? 0 == 0 else { return nil }
        if size(path + "-wal") ?? 0 > 0 { return "its log is there" }
        // The store writes the first whole mark only after the database exists.
        return mark.map { "its mark is there, after \($0.milestone.sequence) records of the journal" }
    }
}
