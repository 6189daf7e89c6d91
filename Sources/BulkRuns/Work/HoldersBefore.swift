import OfficialAccount
import OfficialAccountClient

/// Notes in a run file which followers the run does not change, so that `--undo` does not change them either.
package struct HoldersBefore {
    /// Why a tag's holders were not noted.
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

    /// - Parameter passedOver: is called with the number of entries of a page that are not openids, if there are any.
    package init(
        _ file: RunFile, at account: RunAccount, passedOver: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.file = file
        self.account = account
        self.passedOver = passedOver
    }

    /// Reads the followers who carry each tag of the run. Skips a tag if this would cost more than 20 calls, and more
    /// than a tenth of the run's calls for the tag.
    ///
    /// - Parameters:
    ///   - made: the tags that this command created. No follower can carry them yet.
    ///   - unnoted: is called for a tag whose holders were not noted.
    ///   - check: is called after each call. An error that it throws ends the reading.
    package func note(
        made: [TagID], unnoted: (Unnoted) -> Void, check: () throws -> Void = {}
    ) async throws {
        for (tag, verb, count) in try file.rowsByTag([.waiting]) {
            try file.beginList()
            // The platform's count of the tag may be old. So the number of pages read decides whether to skip the tag.
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
