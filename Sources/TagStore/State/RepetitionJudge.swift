import OfficialAccount

/// Notices accounts, followers, tokens and counts that come twice in an import.
///
/// A store notices such repetitions itself. This type is for code that reads the records of an import before the import
/// begins.
public struct RepetitionJudge: Sendable {
    private var accounts: Set<AppID> = []
    private var account: AppID?
    private var followers: Set<OpenID> = []
    private var tokens: Set<Fingerprint> = []
    private var counts: Set<String> = []

    public init() {}

    /// Throws 40013 for an account that comes twice, and 47001 for any other repetition.
    ///
    /// - Parameter line: the line of the record, or of its first follower; nil if the record comes from no file.
    public mutating func judge(_ record: StateRecord, line: Int?) throws(Refusal) {
        switch record {
        case .account(let state):
            let appID = state.account.appID
            guard accounts.insert(appID).inserted else { throw .appIDTaken(appID).inLine(line) }
            (account, followers, counts) = (appID, [], [])
        case .followers(let some):
            for (offset, follower) in some.enumerated() where !followers.insert(follower.openID).inserted {
                throw .followerTwice(follower.openID, of: account ?? AppID(""), line: line.map { $0 + offset })
            }
        case .token(let token):
            guard tokens.insert(token.fingerprint).inserted else { throw .tokenTwice(line: line) }
        case .counter(let counter):
            guard counts.insert(counter.name).inserted else { throw .countTwice(counter.name, line: line) }
        }
    }
}
