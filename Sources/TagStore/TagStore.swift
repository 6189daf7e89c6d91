public import OfficialAccount

/// Keeps accounts, tags, followers and tokens.
///
/// Every change of these goes through the store.
///
/// Every store keeps these promises, and `TagStoreConformance` checks them:
///
/// 1. **Durable before answered.** A function that changes something returns only after the change has reached stable
///    storage.
/// 2. **All or nothing.** A function that throws has changed nothing.
/// 3. **Order of judgement.** The store applies a tagging only after it has judged these points, in this order:
///    - the size of the list: 40032;
///    - the tag: 45159;
///    - each openid in turn: 40003 if it is malformed, unknown or no longer follows, and 49003 if it belongs to another
///      account;
///    - a call in flight that changes one of the followers: 45169;
///    - the number of tags that each follower carries: 45059.
/// 4. **Re-tagging is no error.** If a follower carries the tag already, the store does not count the tag again. If a
///    list holds an openid twice, both count toward the size of the list, and the store applies the change once.
/// 5. **Conflicts are refused.** If two calls in flight share an openid, the store refuses the second call with 45169.
/// 6. **A reader never sees an unacknowledged change**, that is, a change that could still be lost.
/// 7. **A store that can no longer write reports it**: changes throw -1, ``condition`` gives the reason, and reads
///    still work.
///
/// No function reads a clock: a function that depends on time takes the time as a parameter. Every function that takes
/// an `AppID` expects an account of this store. For any other appid, changes throw 40013 and reads return nothing.
public protocol TagStore: Sendable {
    var limits: Limits { get }

    /// Whether changes are possible at this moment.
    var condition: StoreCondition { get async }

    /// The state and the statistics of the store. Cost: proportional to the number of accounts.
    var vitals: StoreVitals { get async }

    /// The part of ``vitals`` that the store measures when it commits, without the sums over all accounts. Cost: none.
    var timings: StoreVitals { get async }

    // MARK: Accounts

    /// Adds an account with its starred tag. Throws 40013 if the appid is taken.
    func createAccount(_ account: Account) async throws(Refusal)

    /// Returns the account, or nil if there is no such account. Constant time.
    func account(_ appID: AppID) async throws(Refusal) -> Account?

    /// Returns the account and its numbers of followers and tags, or nil if there is no such account. Constant time.
    func summary(of appID: AppID) async throws(Refusal) -> AccountSummary?

    /// Returns every account, in the order of creation.
    func accounts() async throws(Refusal) -> [AccountSummary]

    /// Changes an account and returns the changed account. When the function returns, the old settings apply to no call
    /// any more. If the secret changes, every token that the account itself has fetched stops working at once.
    ///
    /// Throws 40013 if there is no such account.
    @discardableResult
    func updateAccount(_ appID: AppID, _ change: AccountChange) async throws(Refusal) -> Account

    /// Removes an account with everything that belongs to it, including its grants to third-party platforms. Its tokens
    /// stop working at once.
    ///
    /// If a tagging of the account's followers is in flight, the store either completes this tagging first or refuses
    /// it. Throws 40013 if there is no such account.
    func deleteAccount(_ appID: AppID) async throws(Refusal)

    // MARK: State

    /// Returns the state of one account, or of all accounts in the order of their creation if `appID` is nil.
    ///
    /// All records show the state at the same moment.
    ///
    /// An empty store that imports these records exports the same records again. The records do not include changes
    /// during the export. Refused calls are not part of the state.
    ///
    /// Throws 40013 if there is no such account. Cost: the store makes each record when the caller takes it.
    func exportState(of appID: AppID?) async throws(Refusal) -> AsyncThrowingStream<StateRecord, any Error>

    /// Adds whole accounts, all or none. `feed` passes their records to a sink. When this function returns, the
    /// accounts are on stable storage.
    ///
    /// If `feed` throws, this function throws the same error and changes nothing. The sink or this function throws
    /// ``Refusal`` 40013 for an account that exists already and 47001 for records that contradict each other. It also
    /// throws 47001 for a token that belongs to an account, a third-party platform or a grant that stays. A store on
    /// several machines cannot notice such a token of an account on a machine that does not answer.
    ///
    /// Returns the appids that were added.
    ///
    /// - Parameter arrival: what happens to accounts that exist already.
    func importState(
        _ arrival: StateArrival, _ feed: (any StateSink) async throws -> Void
    ) async throws -> [AppID]

    // MARK: Tokens

    /// Makes `token` the account's ordinary token. The previous token keeps working for the overlap that `rules` set.
    ///
    /// Throws 40125 if the secret in `token` is no longer the account's. Throws 40243 if the secret has been frozen,
    /// and 50002 if the account has been frozen.
    func issueToken(_ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules) async throws(Refusal)

    /// Returns the account's stable token: the present token or `candidate`.
    ///
    /// The result is `candidate` if `rules` require a new token, or if `forceRefresh` is true and `rules` allow a
    /// forced refresh. Throws as ``issueToken(_:for:at:rules:)`` does.
    func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord

    /// Returns who holds this token and whether the token works. Constant time.
    func verdict(on token: Fingerprint, at now: UnixTime) async throws(Refusal) -> TokenVerdict

    /// Returns the verdict on a token whose text the caller has. If the text names an account, the store knows where to
    /// look for the token.
    func verdict(on token: Fingerprint, text: TokenText, at now: UnixTime) async throws(Refusal) -> TokenVerdict

    /// Returns the account's ordinary and stable tokens that callers may still send. Some of them may have expired.
    func tokens(of appID: AppID) async throws(Refusal) -> [TokenRecord]

    // MARK: Third-party platforms

    /// Adds a third-party platform. Throws 40013 if an account or another third-party platform has the appid.
    func createComponent(_ component: Component) async throws(Refusal)

    /// Returns the third-party platform, or nil if there is no such platform. Constant time.
    func component(_ appID: AppID) async throws(Refusal) -> Component?

    /// Returns every third-party platform, in the order of creation.
    func components() async throws(Refusal) -> [Component]

    /// Returns the grants of accounts, including withdrawn grants, in the order in which the accounts first made them.
    ///
    /// - Parameters:
    ///   - component: the third-party platform; nil for grants to every third-party platform.
    ///   - account: the account; nil for grants of every account.
    func grants(to component: AppID?, of account: AppID?) async throws(Refusal) -> [Grant]

    /// Changes a third-party platform and an account's grant to it, in one atomic change. If `change` throws, this
    /// function throws the same error and changes nothing.
    ///
    /// Throws 61011 if there is no such third-party platform.
    ///
    /// - Parameter change: gets the third-party platform and the account's grant. The grant is nil if the account never
    ///   granted anything to the platform, or if `account` is nil. The store may call `change` more than once, so
    ///   `change` must not read or change any other data. `change` must not replace the appid of the third-party
    ///   platform or the grant's account.
    func changeComponent<Value: Sendable>(
        _ component: AppID, account: AppID?,
        _ change: @escaping @Sendable (inout Component, inout Grant?) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value

    // MARK: Counters

    /// Adds to counts and returns each new count, including what other nodes of the same store have added. If the
    /// result lacks a count, the store could not reach that count and did not change it.
    ///
    /// A store of several nodes does not keep a count that ``CounterAddition/replaces(_:at:)`` describes.
    ///
    /// After the process ends, the stored counts may lack the additions of the last second. This does no harm, because
    /// counts need not be exact.
    func add(_ additions: [CounterAddition]) async throws(Refusal) -> [CallCounter]

    /// Returns every stored count.
    func counters() async throws(Refusal) -> [CallCounter]

    /// Returns the counts of one account or platform.
    func counters(of appID: AppID) async throws(Refusal) -> [CallCounter]

    // MARK: Refused calls

    /// Notes calls that the server answered with an error.
    ///
    /// A store on one machine keeps the latest ``Limits/refusedCallsKept`` calls. A store over several machines keeps
    /// the latest ``Limits/refusedCallsKeptPerAccount`` calls of each account. The store may keep older calls for a
    /// while before it forgets them.
    ///
    /// The store does not guarantee that it keeps a call. After a crash, the calls that it noted just before may be
    /// missing.
    func note(_ calls: [RefusedCall]) async throws(Refusal)

    /// Returns the call with this rid; nil if the store never noted the call or has forgotten it.
    func refusedCall(rid: String) async throws(Refusal) -> RefusedCall?

    /// Returns the call with this rid, for the account `appID` that asks. Returns nil as ``refusedCall(rid:)`` does,
    /// and also if the call belongs to another account whose machine does not answer.
    func refusedCall(rid: String, askedBy appID: AppID) async throws(Refusal) -> RefusedCall?

    // MARK: Tags

    /// Adds a tag and returns its id. The tag gets the id `id`. If `id` is nil, the tag gets the next id that was never
    /// used.
    ///
    /// Throws 45056 if the account has as many tags as it may have. Throws 45157 for an empty or taken name or a taken
    /// id, and 45158 for a name that is too long.
    func createTag(named name: String, id: TagID?, for appID: AppID) async throws(Refusal) -> TagID

    /// Gives a tag another name. The new name may equal the present name.
    ///
    /// Throws 45058 for a reserved tag and 45159 for an unknown tag. For the name, throws as
    /// ``createTag(named:id:for:)`` does.
    func renameTag(_ tag: TagID, to name: String, for appID: AppID) async throws(Refusal)

    /// Removes a tag from every follower and deletes it. Its id is never used again.
    ///
    /// Throws 45058 for a reserved tag, 45159 for an unknown tag, and 45057 if too many followers carry the tag.
    func deleteTag(_ tag: TagID, for appID: AppID) async throws(Refusal)

    /// Returns every tag of the account with the number of followers that carry it, by ascending id.
    func tags(of appID: AppID) async throws(Refusal) -> [Tag]

    /// Puts one tag on every follower of the list, or on none. See promise 3 of ``TagStore`` for the errors.
    ///
    /// Cost: proportional to the list, and independent of the size of the account. Several calls share one sync to
    /// disk.
    func batchTagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal)

    /// Removes one tag from every follower of the list, or from none. A follower who does not carry the tag is no
    /// error.
    ///
    /// Throws as ``batchTagging(_:tag:for:)`` does, but never 45059.
    func batchUntagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal)

    /// Returns the tags that a follower carries, by ascending id. Throws 40003 or 49003 for an openid that does not
    /// follow the account.
    func tagIDs(of openID: OpenID, for appID: AppID) async throws(Refusal) -> [TagID]

    /// Returns up to ``Limits/openIDsPerPage`` followers that carry the tag, in the order in which they first followed.
    /// The page begins after `cursor`.
    ///
    /// Throws 45159 for an unknown tag, and 40003 for a cursor that never followed the account. The cursor may be a
    /// follower who left after the previous page.
    func followers(carrying tag: TagID?, after cursor: OpenID?, for appID: AppID) async throws(Refusal) -> [OpenID]

    /// Searches for present followers who meet `condition`, in the order in which they first followed. The search
    /// begins after `cursor`.
    ///
    /// The search looks at a bounded number of followers, so that it takes a bounded time. If ``TagCondition/base`` is
    /// not nil, the search looks only at followers who carry that tag. If the condition mentions a tag that the account
    /// does not have, the search treats every follower as a follower without this tag.
    ///
    /// Throws 45159 for an unknown base, and 40003 for a cursor that never followed the account.
    ///
    /// - Parameter limit: the most openids that the search returns.
    func followers(
        meeting condition: TagCondition, after cursor: OpenID?, limit: Int, for appID: AppID
    ) async throws(Refusal) -> FoundFollowers

    // MARK: Followers

    /// Makes each openid a follower. A follower who left comes back with the same tags. A present follower does not
    /// change.
    ///
    /// Returns how many of these users did not follow before.
    @discardableResult
    func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) async throws(Refusal) -> Int

    /// Returns the page of present followers after `cursor`, in the order in which they first followed. The page also
    /// has the total number of present followers. Throws 40003 for a cursor that never followed the account.
    func followers(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage

    /// Returns the profile of each openid, in the same order. The profile of a former follower holds only the openid.
    ///
    /// Throws 40003 or 49003 for an openid that never followed.
    func profiles(of openIDs: [OpenID], for appID: AppID) async throws(Refusal) -> [FollowerProfile]

    /// Sets the remark of a follower. An empty text removes the remark.
    ///
    /// Throws 40092 if the remark is too long, and 43004 for a follower who left. Throws 40003 or 49003 for an openid
    /// that never followed the account.
    func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) async throws(Refusal)

    /// Puts every follower of the list on the blacklist, or removes every follower of the list from the blacklist.
    ///
    /// If this function throws, it has changed nothing. The followers keep their tags.
    ///
    /// Throws 40032 for a list that is missing, empty or longer than ``Limits/openIDsPerBlacklistCall``. Throws 40003,
    /// 49003 and 45169 as a tagging does.
    func setBlacklisted(_ isBlacklisted: Bool, _ list: OpenIDList?, for appID: AppID) async throws(Refusal)

    /// Returns a page of the followers on the blacklist, as ``followers(after:of:)`` returns a page of all present
    /// followers.
    func blacklist(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage

    /// Makes each openid a former follower. The store hides the tags of a former follower and no longer counts them.
    /// Skips openids that do not follow the account.
    func unfollow(_ openIDs: [OpenID], of appID: AppID) async throws(Refusal)
}

/// The way in which an import treats accounts that exist already.
public enum StateArrival: Sendable, Hashable {
    /// The import refuses an account that exists already: 40013.
    case adding
    /// The import replaces existing accounts at one moment. Their grants to third-party platforms stay.
    case replacing
    /// The import replaces existing accounts at one moment. At the same moment, it removes all accounts that the import
    /// does not contain, with their grants.
    case replacingAll
}

extension TagStore {
    /// Adds whole accounts, which must not exist yet. See ``importState(_:_:)``.
    public func importState(_ feed: (any StateSink) async throws -> Void) async throws -> [AppID] {
        try await importState(.adding, feed)
    }
}

extension TagStore {
    /// Ignores `text`, because a store on one machine finds the token by its fingerprint alone.
    public func verdict(
        on token: Fingerprint, text: TokenText, at now: UnixTime
    ) async throws(Refusal) -> TokenVerdict {
        try await verdict(on: token, at: now)
    }

    /// Ignores `appID`, because a store on one machine finds the call by its rid alone.
    public func refusedCall(rid: String, askedBy appID: AppID) async throws(Refusal) -> RefusedCall? {
        try await refusedCall(rid: rid)
    }
}

/// Whether a store can change anything.
public enum StoreCondition: Sendable, Hashable {
    case writable
    /// Changes of some accounts are possible. The other accounts are on a machine that does not answer. `reason` names
    /// that machine for a person.
    case partlyWritable(reason: String)
    /// The store serves reads and refuses changes. The reason is for a person.
    case readOnly(reason: String)

    /// Whether changes of some account are possible.
    public var isWritable: Bool {
        switch self {
        case .writable, .partlyWritable: true
        case .readOnly: false
        }
    }
}
