import OfficialAccount

/// Where accounts, tags, followers and tokens are kept, and the only place that changes them.
///
/// Every store keeps these promises, and `TagStoreConformance` holds it to them:
///
/// 1. **Durable before answered.** A function that changes something returns after the change has reached stable
///    storage.
/// 2. **All or nothing.** A call that throws applied nothing.
/// 3. **Order of judgement** of a tagging: size of the list 40032, tag 45159, each openid in turn (malformed, unknown
///    or no longer following 40003, another account's 49003), a change of one of them in flight 45169, one of them past
///    the limit of tags 45059, and only then is it applied.
/// 4. **Re-tagging is fine.** A tag already held is no error and does not count again. Duplicates in a list count
///    toward its size and apply once.
/// 5. **45169 is real.** Of two calls in flight that share an openid the second is refused.
/// 6. **A reader never sees an unacknowledged change**, that is, one that could still be lost.
/// 7. **A store that can no longer write says so**: changes throw -1, ``condition`` tells why, reads go on.
///
/// No function reads a clock: what depends on time is told the time. Every function that takes an `AppID` expects an
/// account of this store; for any other, changes throw 40013 and reads come back empty.
public protocol TagStore: Sendable {
    var limits: Limits { get }

    /// Whether changes are possible at present.
    var condition: StoreCondition { get async }

    /// How it is doing. Cost: proportional to the accounts.
    var vitals: StoreVitals { get async }

    /// The part of ``vitals`` that the store measures as it commits. The sums over accounts are those of the last time
    /// that ``vitals`` was read, or zero. Cost: none.
    var timings: StoreVitals { get async }

    // MARK: Accounts

    /// Adds an account with its starred tag. Throws 40013 if the appid is taken.
    func createAccount(_ account: Account) async throws(Refusal)

    /// The account, or nil if there is none. Constant time.
    func account(_ appID: AppID) async throws(Refusal) -> Account?

    /// Every account, in the order of creation.
    func accounts() async throws(Refusal) -> [AccountSummary]

    /// Changes an account and returns what it is then, once no caller is judged by what it was. With another secret,
    /// every token that the account had itself fetched ends at once.
    ///
    /// Throws 40013 if there is none.
    @discardableResult
    func updateAccount(_ appID: AppID, _ change: AccountChange) async throws(Refusal) -> Account

    /// Removes an account with everything that belongs to it, what it grants platforms too. Its tokens end at once.
    ///
    /// A tagging of its followers that is under way is either done before or refused. Throws 40013 if there is none.
    func deleteAccount(_ appID: AppID) async throws(Refusal)

    // MARK: State

    /// Everything that is kept of one account, or of all in the order of their creation, as it was at one moment.
    ///
    /// Importing these records into an empty store and exporting that gives the same records again. Changes go on
    /// meanwhile and are not among them. Refused calls are not part of the state.
    ///
    /// Throws 40013 if there is no such account. Cost: the records are made as they are taken.
    func exportState(of appID: AppID?) async throws(Refusal) -> AsyncThrowingStream<StateRecord, any Error>

    /// Adds whole accounts, all or none: `feed` hands their records over, and when it returns they are there, on stable
    /// storage.
    ///
    /// What `feed` throws is thrown, and nothing has changed then. The records' sink throws ``Refusal`` 40013 for an
    /// account that is there already and 47001 for records that contradict each other.
    ///
    /// The result is the appids that were added.
    ///
    /// - Parameter arrival: what becomes of accounts that are there already.
    func importState(
        _ arrival: StateArrival, _ feed: (any StateSink) async throws -> Void
    ) async throws -> [AppID]

    // MARK: Tokens

    /// Makes `token` the account's ordinary token. The one before keeps working for the overlap that `rules` set.
    ///
    /// Throws 40125 if the secret it was asked for with is no longer the account's, 40243 or 50002 if that or the
    /// account has been frozen.
    func issueToken(_ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules) async throws(Refusal)

    /// The account's stable token after this call: the present one, or `candidate` where `rules` say that it is time
    /// for a new one or that a forced refresh is allowed. Throws as ``issueToken(_:for:at:rules:)`` does.
    func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord

    /// Whose token this is and whether it works. Constant time.
    func verdict(on token: Fingerprint, at now: UnixTime) async throws(Refusal) -> TokenVerdict

    /// The same for a caller that has the token's text, which may say where to look.
    func verdict(on token: Fingerprint, text: TokenText, at now: UnixTime) async throws(Refusal) -> TokenVerdict

    // MARK: Third-party platforms

    /// Adds a platform. Throws 40013 if the appid is taken by a platform or an account.
    func createPlatform(_ platform: Component) async throws(Refusal)

    /// The platform, or nil if there is none. Constant time.
    func platform(_ appID: AppID) async throws(Refusal) -> Component?

    /// Every platform, in the order of creation.
    func platforms() async throws(Refusal) -> [Component]

    /// What accounts have granted, withdrawn grants among them, in the order in which it was first granted.
    ///
    /// - Parameters:
    ///   - component: nil for grants to any platform.
    ///   - account: nil for grants of any account.
    func grants(to component: AppID?, of account: AppID?) async throws(Refusal) -> [Grant]

    /// Changes a platform and what one account grants it, as one change that nothing comes between. What `change`
    /// throws is thrown, and nothing has changed then.
    ///
    /// Throws 61011 if there is no such platform.
    ///
    /// - Parameter change: gets the platform and the account's grant, nil if there never was one or `account` is nil.
    ///   It may be called more than once, must depend on nothing else, and leaves the platform's appid and the grant's
    ///   account as they are.
    func changePlatform<Value: Sendable>(
        _ component: AppID, account: AppID?,
        _ change: @escaping @Sendable (inout Component, inout Grant?) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value

    // MARK: Counters

    /// Adds to counts, and returns what each of them is then: what other nodes of the same store have added is in it.
    /// Those that are not returned could not be added, and nothing of them was.
    ///
    /// They may be up to a second old when the process ends: counts guide callers, nothing depends on the last one.
    func add(_ additions: [CounterAddition]) async throws(Refusal) -> [CallCounter]

    /// Every count that was kept.
    func counters() async throws(Refusal) -> [CallCounter]

    // MARK: Refused calls

    /// Notes calls that were answered with an error, and forgets the oldest beyond ``Limits/refusedCallsKept``.
    ///
    /// This is a help for people, not a promise: what was noted in the last moments before a crash may be gone.
    func note(_ calls: [RefusedCall]) async throws(Refusal)

    /// The call with this rid; nil if none was noted or it is forgotten.
    func refusedCall(rid: String) async throws(Refusal) -> RefusedCall?

    // MARK: Tags

    /// Adds a tag and returns its id: `id` if given, else the next one that was never used.
    ///
    /// Throws 45056 at the limit of tags, 45157 for an empty or taken name or a taken id, 45158 for a name that is too
    /// long.
    func createTag(named name: String, id: TagID?, for appID: AppID) async throws(Refusal) -> TagID

    /// Gives a tag another name; its own present name is fine.
    ///
    /// Throws 45058 for a reserved tag, 45159 for an unknown one, and as ``createTag(named:id:for:)`` for the name.
    func renameTag(_ tag: TagID, to name: String, for appID: AppID) async throws(Refusal)

    /// Takes a tag off everyone and forgets it. Its id is never given out again.
    ///
    /// Throws 45058 for a reserved tag, 45159 for an unknown one, 45057 if too many followers carry it.
    func deleteTag(_ tag: TagID, for appID: AppID) async throws(Refusal)

    /// Every tag of the account with the number of followers that carry it, by ascending id.
    func tags(of appID: AppID) async throws(Refusal) -> [Tag]

    /// Puts one tag on every follower of the list, or on none. See the promises for what it throws.
    ///
    /// Cost: proportional to the list, whatever the size of the account, and one share of a sync to disk.
    func batchTagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal)

    /// Takes one tag off every follower of the list, or off none; one who does not carry it is no error.
    ///
    /// Throws as ``batchTagging(_:tag:for:)`` does, but for the limit of tags.
    func batchUntagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal)

    /// The tags a follower carries, by ascending id. Throws 40003 or 49003 for one who does not follow the account.
    func tagIDs(of openID: OpenID, for appID: AppID) async throws(Refusal) -> [TagID]

    /// The followers that carry the tag, in the order in which they first followed, from the one after `cursor` on; as
    /// many as ``Limits/openIDsPerPage``.
    ///
    /// Throws 45159 for an unknown tag, 40003 for a cursor that never followed the account. A follower who left since
    /// the page before is a valid cursor.
    func followers(carrying tag: TagID?, after cursor: OpenID?, for appID: AppID) async throws(Refusal) -> [OpenID]

    // MARK: Followers

    /// Makes each openid a follower. One who left is back with the tags they had; one who follows already stays as they
    /// are.
    ///
    /// The result is how many of them did not follow before.
    @discardableResult
    func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) async throws(Refusal) -> Int

    /// Present followers in the order in which they first followed, from the one after `cursor` on, a page at most, and
    /// how many there are in all. Throws 40003 for a cursor that never followed.
    func followers(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage

    /// What is known of each openid, in order. One who left is there with nothing but that.
    ///
    /// Throws 40003 or 49003 for one who never followed.
    func profiles(of openIDs: [OpenID], for appID: AppID) async throws(Refusal) -> [FollowerProfile]

    /// Sets the remark of a follower; empty takes it away.
    ///
    /// Throws 40092 if it is too long, 43004 for one who left, 40003 or 49003 for one who never followed.
    func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) async throws(Refusal)

    /// Puts every follower of the list on the blacklist or takes them off it, or none. Their tags stay.
    ///
    /// Throws 40032 for a list that is missing, empty or longer than ``Limits/openIDsPerBlacklistCall``, then as a
    /// tagging does.
    func setBlacklisted(_ isBlacklisted: Bool, _ list: OpenIDList?, for appID: AppID) async throws(Refusal)

    /// The followers on the blacklist, as ``followers(after:of:)`` lists the others.
    func blacklist(after cursor: OpenID?, of appID: AppID) async throws(Refusal) -> OpenIDPage

    /// Ends the following of each openid. Their tags are hidden and leave the counts. One who does not follow is passed
    /// over.
    func unfollow(_ openIDs: [OpenID], of appID: AppID) async throws(Refusal)
}

/// What an import does to accounts that are there already.
public enum StateArrival: Sendable, Hashable {
    /// None of the arriving ones may be there: 40013.
    case adding
    /// Those that arrive take the place of those that are there, at one moment. What they grant platforms stays.
    case replacing
    /// The same, and every other account is removed with what it grants.
    case replacingAll
}

extension TagStore {
    /// Adds whole accounts, none of which may be there. See ``importState(_:_:)``.
    public func importState(_ feed: (any StateSink) async throws -> Void) async throws -> [AppID] {
        try await importState(.adding, feed)
    }
}

extension TagStore {
    /// A store of one machine need not be told where to look.
    public func verdict(
        on token: Fingerprint, text: TokenText, at now: UnixTime
    ) async throws(Refusal) -> TokenVerdict {
        try await verdict(on: token, at: now)
    }
}

/// Whether a store can change anything.
public enum StoreCondition: Sendable, Hashable {
    case writable
    /// Changes of some accounts are possible. The others are on a machine that does not answer; the reason names it for
    /// a person.
    case partlyWritable(reason: String)
    /// Reads go on, changes are refused. The reason is for a person.
    case readOnly(reason: String)

    /// Whether changes of some account are possible.
    public var isWritable: Bool {
        switch self {
        case .writable, .partlyWritable: true
        case .readOnly: false
        }
    }
}
