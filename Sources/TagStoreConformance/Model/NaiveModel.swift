import OfficialAccount
import TagStore

/// What a store should hold, in dictionaries and sets and with no cleverness at all.
///
/// It is written from the promises, not from any store, and knows one call at a time.
public struct NaiveModel: Sendable, Equatable {
    struct Account: Equatable {
        var tagNames: [Int: String] = [2: "星标组"]
        var highestTagID = 99
        /// Everyone who ever followed, in the order of their first following.
        var everFollowed: [OpenID] = []
        var following: Set<OpenID> = []
        var tagsOf: [OpenID: Set<Int>] = [:]
    }

    private(set) var accounts: [AppID: Account] = [:]
    private let limits = Limits()

    public init() {}

    // MARK: Changes: nil for success, else the code of the refusal.

    mutating func createAccount(_ appID: AppID) {
        accounts[appID] = Account()
    }

    mutating func createTag(named name: String, id: Int?, for appID: AppID) -> ErrorCode? {
        guard var account = accounts[appID] else { return .invalidAppID }
        if account.tagNames.count > limits.tagsPerAccount { return .tooManyTags }
        if name.isEmpty || account.tagNames.values.contains(name) { return .invalidTagName }
        if name.utf8.count > limits.tagNameBytes { return .tagNameTooLong }
        let id = id ?? account.highestTagID + 1
        if id < 100 || account.tagNames[id] != nil { return .invalidTagName }
        account.tagNames[id] = name
        account.highestTagID = max(account.highestTagID, id)
        accounts[appID] = account
        return nil
    }

    mutating func batchTagging(_ texts: [String], tag: Int?, for appID: AppID) -> ErrorCode? {
        guard var account = accounts[appID] else { return .invalidAppID }
        if texts.isEmpty || texts.count > limits.openIDsPerCall { return .invalidOpenIDListSize }
        guard let tag, account.tagNames[tag] != nil else { return .invalidTagID }
        for text in texts {
            guard let openID = OpenID(text) else { return .invalidOpenID }
            if let refusal = whyNotFollowing(openID, appID) { return refusal }
        }
        for text in texts {
            guard let openID = OpenID(text) else { return .invalidOpenID }
            account.tagsOf[openID, default: []].insert(tag)
            if account.tagsOf[openID, default: []].count > limits.tagsPerFollower { return .tooManyTagsOnUser }
        }
        accounts[appID] = account
        return nil
    }

    mutating func follow(_ openIDs: [OpenID], of appID: AppID) {
        for openID in openIDs {
            if accounts[appID]?.everFollowed.contains(openID) == false { accounts[appID]?.everFollowed.append(openID) }
            accounts[appID]?.following.insert(openID)
        }
    }

    mutating func unfollow(_ openIDs: [OpenID], of appID: AppID) {
        for openID in openIDs { accounts[appID]?.following.remove(openID) }
    }

    // MARK: Reads

    func tags(of appID: AppID) -> [Tag] {
        guard let account = accounts[appID] else { return [] }
        return account.tagNames.keys.sorted().map { id in
            let count = account.following.count { account.tagsOf[$0]?.contains(id) == true }
            return Tag(id: TagID(id), name: account.tagNames[id] ?? "", count: count)
        }
    }

    func tagIDs(of openID: OpenID, for appID: AppID) -> Result<[TagID], Refusal> {
        if let code = whyNotFollowing(openID, appID) { return .failure(Refusal(code, "")) }
        return .success((accounts[appID]?.tagsOf[openID] ?? []).sorted().map { TagID($0) })
    }

    func followers(carrying tag: Int, of appID: AppID) -> [OpenID] {
        guard let account = accounts[appID] else { return [] }
        return account.everFollowed.filter {
            account.following.contains($0) && account.tagsOf[$0]?.contains(tag) == true
        }
    }

    private func whyNotFollowing(_ openID: OpenID, _ appID: AppID) -> ErrorCode? {
        if accounts[appID]?.following.contains(openID) == true { return nil }
        if accounts[appID]?.everFollowed.contains(openID) == true { return .invalidOpenID }
        return accounts.values.contains { $0.following.contains(openID) } ? .openIDOfAnotherAccount : .invalidOpenID
    }
}
