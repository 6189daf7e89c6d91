import Foundation
import OfficialAccount
import OfficialAccountClient

/// Moves an earlier run aside for a new run, or opens an earlier run to resume or undo it.
extension RunFile {
    /// The run that the person asks for, to compare with the run in a file.
    package struct Wanted: Sendable {
        let verb: String
        let appID: AppID
        let tags: [TagID]?
        let expression: String?

        /// - Parameters:
        ///   - verb: `tag`, `untag` or `sync`.
        ///   - tags: the tags from the command line; nil if the account does not have all of them.
        ///   - expression: the text of `--where`; nil if the run has an input file.
        package init(verb: String, appID: AppID, tags: [TagID]? = nil, expression: String? = nil) {
            self.verb = verb
            self.appID = appID
            self.tags = tags
            self.expression = expression
        }
    }

    /// Moves the file of an earlier run aside, so that a new run can use `path`. Removes the file if the earlier run
    /// has not begun.
    ///
    /// Throws ``RunFailure`` if the earlier run still has work left, or if `--undo` has undone it only in part. A run
    /// that is undone has no work left. This process holds the lock on the file until the file is moved or removed.
    package static func makeRoom(at path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = try existing(path)
        defer { file.close() }
        guard try file.identity() != nil else {
            // The earlier run ended before it changed a follower.
            try FileManager.default.removeItem(atPath: path)
            return
        }
        let counts = try file.counts()
        try counts.checkNotPartlyUndone(path)
        let left = counts.waiting + counts.unknown
        guard left == 0 || counts.isUndoBegun else {
            throw RunFailure.unfinished(path, left: left, total: counts.total)
        }
        guard rename(path, path + ".previous") == 0 else { throw RunFailure.notMovable(path) }
    }

    /// Opens the run that the command resumes. Throws ``RunFailure`` if the file holds another run than `wanted`, or if
    /// `--undo` has undone the run, in part or as a whole.
    ///
    /// - Parameter input: the input of the command; nil if the command has an expression, or an input that cannot be
    ///   read again.
    /// - Returns: nil if there is no file, or if the run in the file has not begun.
    package static func resumable(_ path: String, as wanted: Wanted, input: RunInput?) throws -> RunFile? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try existing(path)
        do {
            guard let identity = try file.identity() else {
                file.discard()
                return nil
            }
            try identity.check(wanted, path)
            if let expression = wanted.expression, identity.source != expression {
                throw RunFailure.otherExpression(path, expression: identity.source, wanted: expression)
            }
            if let input, input.isFile, try input.digest() != identity.digest {
                throw RunFailure.otherInput(path, source: identity.source)
            }
            let counts = try file.counts()
            try counts.checkNotPartlyUndone(path)
            guard !counts.isUndoBegun else { throw RunFailure.undone(path) }
            return file
        } catch {
            file.close()
            throw error
        }
    }

    /// Opens the run that `--undo` undoes. Throws ``RunFailure`` if the file holds no run, or another run than
    /// `wanted`.
    package static func undoable(_ path: String, as wanted: Wanted) throws -> RunFile {
        guard FileManager.default.fileExists(atPath: path) else { throw RunFailure.noFile(path) }
        let file = try existing(path)
        do {
            guard let identity = try file.identity() else { throw RunFailure.notBegun(path) }
            try identity.check(wanted, path)
            return file
        } catch {
            file.close()
            throw error
        }
    }

    /// Throws ``RunFailure`` if followers must still get or lose a tag that the account no longer has.
    package func check(_ tags: AccountTags) throws {
        for (tag, _, count) in try rowsByTag([.waiting, .unknown])
        where !tags.tags.contains(where: { $0.id == tag }) {
            throw RunFailure.tagGone(tag, left: count)
        }
    }
}

extension RunFile.Counts {
    /// Throws ``RunFailure`` if `--undo` has begun to undo the run at `path`, and must still undo some of its changes.
    fileprivate func checkNotPartlyUndone(_ path: String) throws(RunFailure) {
        guard !isUndoBegun || undoable == 0 else { throw .partlyUndone(path, left: undoable) }
    }
}

extension RunFile.Identity {
    /// Throws ``RunFailure`` if this identity belongs to another run than `wanted`.
    fileprivate func check(_ wanted: RunFile.Wanted, _ path: String) throws(RunFailure) {
        guard verb == wanted.verb else { throw .otherVerb(path, verb: verb) }
        guard appID == wanted.appID.rawValue else {
            throw .otherAccount(path, appID: appID, wanted: wanted.appID.rawValue)
        }
        let own = tags ?? tag.map { [$0] } ?? []
        guard let others = wanted.tags?.map(\.rawValue), !others.isEmpty, !own.isEmpty, Set(others) != Set(own) else {
            return
        }
        throw .otherTags(path, tags: own, wanted: others)
    }
}
