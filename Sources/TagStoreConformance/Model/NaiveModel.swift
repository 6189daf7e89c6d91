import OfficialAccount
import TagStore

/// Holds the state that a store should have, in plain dictionaries and sets.
///
/// The model follows the promises of `TagStore`, not the code of a store. It applies one call at a time.
public struct NaiveModel: Sendable, Equatable {
    struct Account: Equatable {
        var tagNames: [Int: String] = [2: "星标组"]
        var highestTagID = 99
        /// All openids that have ever followed, in the order of their first following.
        var everFollowed: [OpenID] = []
        var following: Set<OpenID> = []
        var tagsOf: [OpenID: Set<Int>] = [:]
        var blacklist: Set<OpenID> = []
        var remarks: [OpenID: String] = [:]
    }

    private(set) var accounts: [AppID: Account] = [:]
    private let limits = Limits()

    public init() {}

    // MARK: Changes, which return the code of the refusal, or nil if the change succeeds

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

    mutating func renameTag(_ id: Int, to name: String, for appID: AppID) -> ErrorCode? {
        guard let account = accounts[appID] else { return .invalidAppID }
        if 0...2 ~= id { return .reservedTag }
        if account.tagNames[id] == nil { return .invalidTagID }
        if name.isEmpty || account.tagNames.contains(where: { $0.value == name && $0.key != id }) {
            return .invalidTagName
        }
        accounts[appID]?.tagNames[id] = name
        return nil
    }

    mutating func deleteTag(_ id: Int, for appID: AppID) -> ErrorCode? {
        guard let account = accounts[appID] else { return .invalidAppID }
        if 0...2 ~= id { return .reservedTag }
        if account.tagNames[id] == nil { return .invalidTagID }
        accounts[appID]?.tagNames[id] = nil
        for openID in account.tagsOf.keys { accounts[appID]?.tagsOf[openID]?.remove(id) }
        return nil
    }

    mutating func batchUntagging(_ texts: [String], tag: Int?, for appID: AppID) -> ErrorCode? {
        guard let account = accounts[appID] else { return .invalidAppID }
        if texts.isEmpty || texts.count > limits.openIDsPerCall { return .invalidOpenIDListSize }
        guard let tag, account.tagNames[tag] != nil else { return .invalidTagID }
        if let refusal = whyNotAllFollowing(texts, appID) { return refusal }
        for openID in texts.compactMap({ OpenID($0) }) { accounts[appID]?.tagsOf[openID]?.remove(tag) }
        return nil
    }

    mutating func setBlacklisted(_ isBlacklisted: Bool, _ texts: [String], for appID: AppID) -> ErrorCode? {
        if texts.isEmpty || texts.count > limits.openIDsPerBlacklistCall { return .invalidOpenIDListSize }
        if let refusal = whyNotAllFollowing(texts, appID) { return refusal }
        for openID in texts.compactMap({ OpenID($0) }) {
            if isBlacklisted {
                accounts[appID]?.blacklist.insert(openID)
            } else {
                accounts[appID]?.blacklist.remove(openID)
            }
        }
        return nil
    }

    mutating func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) -> ErrorCode? {
        if accounts[appID]?.everFollowed.contains(openID) == true {
            guard accounts[appID]?.following.contains(openID) == true else { return .requireSubscribe }
            accounts[appID]?.remarks[openID] = remark
            return nil
        }
        return whyNotFollowing(openID, appID)
    }

    mutating func batchTagging(_ texts: [String], tag: Int?, for appID: AppID) -> ErrorCode? {
        guard var account = accounts[appID] else { return .invalidAppID }
        if texts.isEmpty || texts.count > limits.openIDsPerCall { return .invalidOpenIDListSize }
        guard let tag, account.tagNames[tag] != nil else { return .invalidTagID }
        if let refusal = whyNotAllFollowing(texts, appID) { return refusal }
        for openID in texts.compactMap({ OpenID($0) }) {
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

    func allFollowers(of appID: AppID) -> [OpenID] {
        (accounts[appID]?.everFollowed ?? []).filter { accounts[appID]?.following.contains($0) == true }
    }

    func blacklist(of appID: AppID) -> [OpenID] {
        (accounts[appID]?.everFollowed ?? []).filter { accounts[appID]?.blacklist.contains($0) == true }
    }

    func remark(of openID: OpenID, for appID: AppID) -> String? {
        guard accounts[appID]?.following.contains(openID) == true else { return nil }
        return accounts[appID]?.remarks[openID] ?? ""
    }

    private func whyNotAllFollowing(_ texts: [String], _ appID: AppID) -> ErrorCode? {
        for text in texts {
            guard let openID = OpenID(text) else { return .invalidOpenID }
            if let refusal = whyNotFollowing(openID, appID) { return refusal }
        }
        return nil
    }

    private func whyNotFollowing(_ openID: OpenID, _ appID: AppID) -> ErrorCode? {
        if accounts[appID]?.following.contains(openID) == true { return nil }
        if accounts[appID]?.everFollowed.contains(openID) == true { return .invalidOpenID }
        return accounts.values.contains { $0.following.contains(openID) } ? .openIDOfAnotherAccount : .invalidOpenID
    }
}
