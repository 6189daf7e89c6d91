import OfficialAccount
import TagStore

/// Finds a follower who comes twice in an account of an import.
///
/// The database reports only that there is such a follower. The search remembers only a part of the openids at a time,
/// so that it needs no more memory for a larger account.
struct RepeatedFollower {
    /// The number of openids that the search remembers at a time. They take 50 MB of memory.
    private static let atOnce = 1_000_000
    /// The columns of the ordinal and the openid in a line of the temporary file.
    private static let (ordinalColumn, openIDColumn) = (2, 5)

    let openID: OpenID
    /// The ordinal of the second occurrence.
    let ordinal: Int

    /// Reads the whole file once for each part of the openids. Returns the first repeated follower that it finds; nil
    /// if no follower comes twice.
    static func first(in file: SpoolFile, count: Int) throws -> RepeatedFollower? {
        let parts = count / atOnce + 1
        for part in 0..<parts {
            var seen: Set<OpenID> = []
            if let found = try search(
                file,
                { openID in
                    guard Int(openID.words.2 % UInt64(parts)) == part else { return false }
                    return !seen.insert(openID).inserted
                })
            {
                return found
            }
        }
        return nil
    }

    /// Returns the first follower for whose openid `isRepeated` returns true; nil if there is no such follower.
    private static func search(_ file: SpoolFile, _ isRepeated: (OpenID) -> Bool) throws -> RepeatedFollower? {
        var found: RepeatedFollower?
        try file.read { next in
            var rest: [UInt8] = []
            while found == nil, let piece = try next() {
                rest += piece
                var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                let unfinished = lines.popLast() ?? []
                for line in lines where found == nil {
                    let cells = line.split(separator: UInt8(ascii: "\t"))
                    guard cells.count > openIDColumn,
                        let ordinal = Int(String(decoding: cells[ordinalColumn], as: UTF8.self)),
                        let openID = OpenID(String(decoding: cells[openIDColumn], as: UTF8.self))
                    else { continue }
                    if isRepeated(openID) { found = RepeatedFollower(openID: openID, ordinal: ordinal) }
                }
                rest = Array(unfinished)
            }
        }
        return found
    }
}

extension ArrivingState.Arrival {
    /// Returns a refusal that names the follower who comes twice; nil if no follower comes twice. If the followers come
    /// from a file, the refusal also names the line of the second occurrence in this file.
    func followerTwice() throws -> Refusal? {
        guard let file = files.first?.file else { return nil }
        return try RepeatedFollower.first(in: file, count: followers).map {
            .followerTwice($0.openID, of: state.account.appID, line: line(of: $0.ordinal))
        }
    }
}
