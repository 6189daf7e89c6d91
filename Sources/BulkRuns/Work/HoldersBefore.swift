import OfficialAccount
import OfficialAccountClient

/// Records in a run file which followers the run does not change, so that `--undo` does not change these followers
/// either.
package struct HoldersBefore {
    /// Why the run file does not record which followers carried a tag before the run.
    package enum Unnoted: CustomStringConvertible {
        case tooMany(TagID)
        case unreadable(TagID, CallFailure)

        package var description: String {
            let reason =
                switch self {
                case .tooMany(let tag): "too many followers carry the tag \(tag) to record them"
                case .unreadable(let tag, let failure):
                    "the followers who carry the tag \(tag) cannot be read (\(failure))"
                }
            return "\(reason): --undo will also change followers for whom this run changes nothing"
        }
    }

    private let file: RunFile
    private let account: RunAccount
    private let passedOver: @Sendable (Int) -> Void

    /// - Parameter passedOver: is called for each page in which some entries are not openids, with the number of these
    ///   entries.
    package init(
        _ file: RunFile, at account: RunAccount, passedOver: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.file = file
        self.account = account
        self.passedOver = passedOver
    }

    /// For each tag of the run, reads the followers who carry the tag. Skips a tag if this would cost more than 20
    /// calls, and more than a tenth of the run's calls for the tag.
    ///
    /// - Parameters:
    ///   - made: the tags that this command created. No follower can carry these tags yet.
    ///   - unnoted: is called for each tag whose followers the run file does not record, with the reason.
    ///   - check: is called after each call to the platform. If `check` throws an error, this function ends with the
    ///     error.
    package func note(
        made: [TagID], unnoted: (Unnoted) -> Void, check: () throws -> Void = {}
    ) async throws {
        for (tag, verb, count) in try file.rowsByTag([.waiting]) {
            try file.beginList()
            // The platform's count of the tag may be old. So this function counts the pages that it reads, to decide
            // whether to skip the tag.
            if !made.contains(tag), let reason = try await list(tag, mostPages: max(20, count / 500), check) {
                unnoted(reason)
                try file.markUnnoted(tag)
            } else {
                try file.markBefore(tag, verb)
            }
        }
    }

    private func list(_ tag: TagID, mostPages: Int, _ check: () throws -> Void) async throws -> Unnoted? {
        var pages = MemberPages(client: account.client, tag: tag, passedOver: passedOver).makeAsyncIterator()
        var count = 0
        do {
            while let page = try await pages.next() {
                try check()
                count += 1
                guard count <= mostPages else { return .tooMany(tag) }
                try file.list(page)
            }
            return nil
        } catch let failure as CallFailure {
            return .unreadable(tag, failure)
        }
    }
}
