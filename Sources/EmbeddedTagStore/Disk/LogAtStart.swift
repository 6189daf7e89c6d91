import Foundation
import FreshFiles

/// The write-ahead log of a database, in the state in which a starting store finds the log.
///
/// The store checks the log for damage before SQLite opens the log. SQLite would overwrite the data that a damaged log
/// still holds.
struct LogAtStart {
    private let content: WriteAheadLog
    /// The mark of the log; nil if the mark is missing or unreadable.
    let mark: LogMark?
    /// A description of the damage; nil if the store found no damage.
    let damage: String?
    /// The path of the copy of a damaged log; nil if the store made no copy.
    let copy: String?
    /// Whether the database existed, but the mark of its log was missing or unreadable. Without the mark, the store
    /// cannot check whether the end of the log is missing.
    let isMarkMissing: Bool
    /// True if the log has a mark and is not damaged. Then the database must hold a store. A damaged log may have held
    /// the whole store.
    let isStoreExpected: Bool
    private let path: String
    /// The end of the log's name while ``opening(_:)`` tries the store without the log.
    static let aside = ".aside"

    /// - Parameters:
    ///   - path: the path of the database.
    ///   - acceptsLoss: whether to copy a damaged log and continue; false throws an error for a damaged log.
    init(ofDatabase path: String, in directory: String, acceptsLoss: Bool) throws(StoreOpenError) {
        self.path = path + "-wal"
        mark = LogMarkFile.read(in: directory)
        isMarkMissing = mark == nil && FileManager.default.fileExists(atPath: path)
        do {
            // SQLite would follow a symbolic link, and look for the log next to the link's target. If the path of the
            // log or of the rollback journal named a pipe, SQLite would wait for ever.
            for ending in ["", "-wal", "-journal"] { try FreshFile(path + ending).check() }
            try Self.putBack(self.path + Self.aside, as: self.path, ofDatabase: path, mark)
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

    /// Makes the value with which ``opening(_:)`` opens the store without the damaged log.
    private init(setAside log: LogAtStart) {
        content = .none
        mark = log.mark
        damage = log.damage
        copy = log.copy
        isMarkMissing = log.isMarkMissing
        isStoreExpected = log.isStoreExpected
        path = log.path
    }

    /// Whether SQLite must empty the log after the store has read everything. Frames after the last whole transaction
    /// must not look like parts of a later transaction. The next start must not find the same damage again.
    var mustBeEmptied: Bool { content.hasRemains || damage != nil }

    /// Returns a mark of the present end of the log.
    func mark(_ milestone: Milestone) -> LogMark { content.mark(milestone) }

    /// Calls `open`, and returns the store that `open` opens. Throws what `open` throws.
    ///
    /// SQLite copies pages of the log into the database file. So the file may hold a later state than the readable part
    /// of a damaged log. If the log is damaged, this function tries to open the store with the log and without the log.
    /// It returns the store with the later state.
    ///
    /// - Parameter open: opens the store, and returns the store and the milestone that the store has reached.
    func opening<Store>(
        _ open: (LogAtStart) throws(StoreOpenError) -> (store: Store, milestone: Milestone)
    ) throws(StoreOpenError) -> Store {
        guard copy != nil else { return try open(self).store }
        let withLog = try? open(self).milestone
        let aside = path + Self.aside
        try markUsed()
        guard rename(path, aside) == 0 else { return try open(self).store }
        let without = LogAtStart(setAside: self)
        if let milestone = try? open(without).milestone, withLog.map(milestone.isFurther) ?? true {
            // From now on, the new log may hold acknowledged changes. ``copy`` keeps the content of the damaged log.
            guard unlink(aside) == 0 else { throw .failed(file: aside, why: String(cString: strerror(errno))) }
            FreshFile(path).syncDirectory()
            return try open(without).store
        }
        // While the damaged log had another name, SQLite made a new log. The new log holds nothing that the store has
        // acknowledged.
        rename(aside, path)
        return try open(self).store
    }

    /// Makes the mark name this log. If this process is killed while the log has its other name, the next start then
    /// takes this log for the last one that a store has used.
    ///
    /// A loss of power can leave an older mark, which names no log.
    private func markUsed() throws(StoreOpenError) {
        guard let mark, mark.salts == nil else { return }
        let directory = URL(filePath: path).deletingLastPathComponent().path
        let named = LogMark(salts: content.salts ?? LogMark.unknownSalts, frames: 0, milestone: mark.milestone)
        try LogMarkFile(directory: directory).write(named, isSynced: true)
    }

    /// Gives the log its own name again, if a process was killed in ``opening(_:)``.
    ///
    /// If a store has used another log since then, for example after a restore from a backup, removes the file `aside`
    /// and keeps its content as a copy of a damaged log. The mark names the last log that a store has used.
    private static func putBack(
        _ aside: String, as log: String, ofDatabase path: String, _ mark: LogMark?
    ) throws {
        guard (try? FileManager.default.attributesOfItem(atPath: aside)) != nil else { return }
        try FreshFile(aside).check()
        let present = try WriteAheadLog(besideDatabase: path)
        if WriteAheadLog.holdsUsedLog(try WriteAheadLog(at: aside, besideDatabase: path), present: present, mark) {
            guard rename(aside, log) == 0 else { throw FreshFileFailure(log, .system(errno)) }
        } else {
            _ = try DamagedLogCopy(of: log, from: aside)
            unlink(aside)
        }
    }

    /// Returns how the log or the mark shows that a missing or empty database held a store; nil in all other cases.
    /// Without this check, SQLite would make a new database and delete the log.
    private static func missingDatabase(_ path: String, _ mark: LogMark?) -> String? {
        func size(_ path: String) -> UInt64? {
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.uint64Value
        }
        guard size(path) ?? 0 == 0 else { return nil }
        if size(path + "-wal") ?? 0 > 0 { return "its log is there" }
        // The store writes the first whole mark only after the database exists.
        return mark.map { "its mark shows that the journal had reached record \($0.milestone.sequence)" }
    }
}
