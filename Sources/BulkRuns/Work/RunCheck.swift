import OfficialAccount
import OfficialAccountClient

/// The check of one tag of a run: whether the followers' tags on the platform match the results of the run.
package struct RunCheck: Equatable, Sendable {
    package let tag: TagID
    /// The tag's name and id, for people.
    package let name: String
    /// The number of followers on the platform's list of the tag.
    package let listed: Int
    /// The number of followers of the run whose tags are still as the run left them.
    package let right: Int
    package let wrong: Int
    /// The openids of some followers whose tags are not as the run left them.
    package let examples: [String]
    /// The tag's count, as the platform reports it; nil if the platform reports no count.
    package let count: Int?

    /// Checks every tag that the run gave to followers or removed from followers. For each tag, makes a call for every
    /// 10,000 followers on the tag's list.
    ///
    /// - Parameter passedOver: is called for each page in which some entries are not openids, with the number of these
    ///   entries.
    package static func all(
        of file: RunFile, at account: RunAccount, passedOver: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> [RunCheck] {
        let tags = try await account.tags()
        var checks: [RunCheck] = []
        for tag in Set(try file.rowsByTag([.applied]).map(\.tag)).sorted() {
            try file.beginList()
            let pages = MemberPages(client: account.patient, tag: tag, passedOver: passedOver)
            for try await page in pages { try file.list(page) }
            let count = try await account.tags().tags.first { $0.id == tag && $0.isCounted }?.count
            let found = try file.compare(tag)
            checks.append(
                RunCheck(
                    tag: tag, name: tags.name(of: tag), listed: found.listed, right: found.right, wrong: found.wrong,
                    examples: found.examples, count: count))
        }
        return checks
    }

    /// Whether the list matches the results of the run, and the count matches the list.
    package var isRight: Bool { wrong == 0 && count.map { $0 == listed } ?? true }

    package var sentence: String {
        let counted =
            count.map { $0 == listed ? "the same as its count" : "while its count says \($0.grouped)" }
            ?? "and it has no count"
        return
            "Verified \(name): \(right.grouped) of \((right + wrong).grouped) are as the run left them; \(listed.grouped) carry the tag, \(counted)."
    }

    /// A sentence that names followers whose tags are not as the run left them; nil if there are no such followers.
    package var complaint: String? {
        guard wrong > 0 else { return nil }
        return
            "\(wrong.grouped) are not, such as \(examples.joined(separator: ", ")). The platform's lists can lag: verify again later with --resume --verify"
    }
}
