import OfficialAccount

/// A piece of work to measure. A benchmark prepares the work once, and then does it many times.
public struct Workload: Sendable {
    public let name: String
    /// Prepares the work, and returns a function that does the work once.
    public let prepare: @Sendable () async throws -> @Sendable () async throws -> Void

    public static let all: [Workload] = [
        usualBody, anyBody, lookUp, wordUpdate, page, groupCommit, call,
    ]
}

/// The followers that workloads use.
enum Followers {
    static func openID(_ number: Int) throws -> OpenID {
        guard let openID = OpenID(words: ((UInt64(number) &* 0x9E37_79B9_7F4A_7C15) >> 10, 1, UInt64(number))) else {
            throw WorkloadFailure("no openid has these words")
        }
        return openID
    }

    /// Returns the list with the number `number`: fifty of `count` followers, far from each other in the table.
    static func list(_ number: Int, of count: Int) throws -> [OpenID] {
        try (0..<50).map { try openID((number * 50 + $0) * 7919 % count) }
    }

    static func body(_ openIDs: [OpenID], tag: TagID) -> [UInt8] {
        Array(#"{"openid_list":[\#(openIDs.map { "\"\($0)\"" }.joined(separator: ","))],"tagid":\#(tag)}"#.utf8)
    }
}

struct WorkloadFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Keeps the compiler from removing work whose result is not used.
@inline(never)
func use(_ value: some Any) {}
