import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient

/// The followers for whom an expression over tags is true. This process finds these followers in the platform's lists.
///
/// The lists are in a temporary file, so that memory does not grow with their size.
package final class Audience: Sendable {
    /// The most tags in an expression. For each follower, a 64-bit number has one bit for each tag's list, and one bit
    /// for the list of all followers.
    package static let mostTags = 60

    private let expression: TagExpression
    private let tags: [(name: String, id: TagID)]
    private let database: DatabaseQueue

    /// Parses the expression. Throws ``InputFailure`` if `text` is not an expression, and ``TagFailure`` for a tag that
    /// the account does not have.
    package init(_ text: String, tags names: AccountTags) throws {
        do {
            expression = try TagExpression(text)
        } catch {
            throw InputFailure.badExpression(text, position: error.position, reason: error.reason)
        }
        let found = try expression.names.map { ($0, try names.tag($0)?.id) }
        let missing = found.filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty else { throw names.missing(missing, canBeMade: false) }
        tags = found.compactMap { name, id in id.map { (name, $0) } }
        guard tags.count <= Self.mostTags else {
            throw InputFailure.tooManyTags(tags.count, most: Self.mostTags)
        }
        // If the path is empty, SQLite creates a temporary file, and deletes the file when the database is closed.
        database = try RunFile.reporting("") {
            let database = try DatabaseQueue(path: "")
            try database.inDatabase { db in
                try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
                try db.execute(sql: "CREATE TABLE listed (openid TEXT NOT NULL, bit INTEGER NOT NULL)")
            }
            return database
        }
    }

    /// The tags whose lists the expression needs.
    package var tagIDs: [TagID] { tags.map(\.id) }

    /// Whether the expression is true for a follower without tags. Such an expression also needs the list of all
    /// followers.
    private var isAboutEveryone: Bool { expression.isTrue { _ in false } }

    /// Reads the lists that the expression needs. Makes one call for every 10,000 followers of each list.
    ///
    /// - Parameter passedOver: is called for each page in which some entries are not openids, with the number of these
    ///   entries.
    package func gather(
        from client: OfficialAccountClient, passedOver: @escaping @Sendable (Int) -> Void
    ) async throws {
        for (index, tag) in tags.enumerated() {
            let pages = MemberPages(client: client, tag: tag.id, passedOver: passedOver)
            for try await page in pages { try insert(page, bit: 2 << index) }
        }
        guard isAboutEveryone else { return }
        for try await page in MemberPages(client: client, tag: nil, passedOver: passedOver) {
            try insert(page, bit: 1)
        }
    }

    private func insert(_ page: [OpenID], bit: Int) throws {
        try RunFile.reporting("") {
            try database.inTransaction { db in
                let insert = try db.makeStatement(sql: "INSERT INTO listed VALUES (?, ?)")
                for openID in page { try insert.execute(arguments: [openID.description, bit]) }
                return .commit
            }
        }
    }

    /// Calls `take` once for each follower for whom the expression is true, in the order of their openids.
    package func each(_ take: (OpenID) throws -> Void) throws {
        try RunFile.reporting("") { try database.inDatabase { try each($0, take) } }
    }

    private func each(_ db: Database, _ take: (OpenID) throws -> Void) throws {
        // If a list changes while this process reads the list's pages, a follower can be on two pages. `DISTINCT`
        // adds the list's bit only once for this follower.
        let rows = try Row.fetchCursor(
            db, sql: "SELECT openid, sum(DISTINCT bit) FROM listed GROUP BY openid ORDER BY openid")
        var verdicts: [Int: Bool] = [:]
        while let row = try rows.next() {
            let bits = try row.decode(Int.self, atIndex: 1)
            let isMeant = verdicts[bits] ?? isTrue(bits)
            verdicts[bits] = isMeant
            if isMeant, let openID = OpenID(try row.decode(String.self, atIndex: 0)) { try take(openID) }
        }
    }

    private func isTrue(_ bits: Int) -> Bool {
        expression.isTrue { name in
            tags.firstIndex { $0.name.hasSameBytes(as: name) }.map { bits & 2 << $0 != 0 } ?? false
        }
    }
}
