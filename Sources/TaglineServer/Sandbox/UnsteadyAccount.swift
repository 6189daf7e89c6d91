import AdminAPI
import OfficialAccount
import TagStore

/// How far a tagging gets in the store's judgement. The cases are in the order of judgement.
enum TaggingProspect: Comparable {
    /// The store refuses the list itself: 40032.
    case wrongSize
    /// The store refuses the tag: 45159.
    case unknownTag
    /// The store refuses an entry of the list: 40003 or 49003.
    case wrongFollower
    /// A follower has too many tags for another one: 45059.
    case fullFollower
    case accepted
}

/// Decides how the unsteadiness of one account affects its calls. This type reads no clock.
struct UnsteadyAccount {
    /// If this type remembers more changes than this number, it forgets those that no longer affect a call.
    private static let remembered = 100_000

    private struct Tagging: Hashable {
        let tag: TagID
        let openID: OpenID
    }

    /// A change that lists do not show yet.
    private struct LateChange {
        let isTagged: Bool
        let time: UnixTime
    }

    let settings: Unsteadiness
    private var madeTags: [TagID: UnixTime] = [:]
    private var counts: (tags: [Tag], at: UnixTime)?
    private var lateChanges: [Tagging: LateChange] = [:]
    private var changes: [OpenID: UnixTime] = [:]
    private var calls = 0

    init(_ settings: Unsteadiness) {
        self.settings = settings
    }

    private static func seconds(_ span: FaultSpan?) -> Int64? {
        // The clock has whole seconds. So the function drops fractions, but a span below one second counts as a second.
        span.map { max(1, $0.duration.components.seconds) }
    }

    private static func isWithin(_ span: FaultSpan?, since: UnixTime, _ now: UnixTime) -> Bool {
        guard let seconds = seconds(span) else { return false }
        return since <= now && now - since < seconds
    }

    // MARK: Tags

    mutating func made(_ tag: TagID, at now: UnixTime) {
        if settings.tagVisibleAfter != nil { madeTags[tag] = now }
    }

    /// Throws 45159 for a tag that is not yet visible.
    mutating func judge(_ tag: TagID?, at now: UnixTime) throws(Refusal) {
        guard let tag, let since = madeTags[tag] else { return }
        guard Self.isWithin(settings.tagVisibleAfter, since: since, now) else {
            madeTags[tag] = nil
            return
        }
        throw Refusal(.invalidTagID, "tag \(tag) is new, and tag_visible_after is not over yet; repeat the call later")
    }

    /// Returns the tags with their last counts; nil if the store must count again.
    func counted(at now: UnixTime) -> [Tag]? {
        guard let counts, Self.isWithin(settings.countsLag, since: counts.at, now) else { return nil }
        return counts.tags
    }

    mutating func count(_ tags: [Tag], at now: UnixTime) {
        if settings.countsLag != nil { counts = (tags, now) }
    }

    // MARK: Taggings

    /// Throws 45169 if the last change of a follower is less than `openid_cooldown` ago.
    func judge(_ openIDs: [OpenID], at now: UnixTime) throws(Refusal) {
        for openID in openIDs {
            guard let since = changes[openID], Self.isWithin(settings.openIDCooldown, since: since, now) else {
                continue
            }
            throw Refusal(
                .concurrentChange, "\(openID) was changed a moment ago, and openid_cooldown is not over yet",
                message: "frequent operation, please retry later")
        }
    }

    /// Judges a tagging in the platform's order of judgement. Throws 45159 for a tag that is not yet visible, and 45169
    /// for a follower whose cooldown is not over.
    ///
    /// - Parameter prospect: how far the tagging gets in the store. If the store refuses the tagging for an earlier
    ///   point of the order, this function does not throw.
    /// - Returns: whether the server must answer the tagging with success but change nothing. The result is true only
    ///   for a tagging that the server would apply.
    mutating func judge(
        _ list: OpenIDList?, _ tag: TagID?, _ prospect: TaggingProspect, _ appID: AppID, at now: UnixTime
    ) throws(Refusal) -> Bool {
        guard let list, prospect > .wrongSize else { return false }
        try judge(tag, at: now)
        guard prospect > .wrongFollower else { return false }
        do throws(Refusal) {
            try judge(list.openIDs, at: now)
        } catch {
            // An account with partial batches refuses only the followers whose cooldown is not over.
            guard settings.partial != nil else { throw error }
            return false
        }
        guard prospect == .accepted else { return false }
        return losesSuccess(appID)
    }

    /// Returns whether the server must answer this call with success but change nothing.
    private mutating func losesSuccess(_ appID: AppID) -> Bool {
        guard let chance = settings.lostSuccess, chance > 0 else { return false }
        calls = calls.saturatingSum(with: 1)
        var draw = SeededDraw(seed: settings.seed ?? 0, "lost_success", appID.rawValue, String(calls))
        return draw.unit() < chance
    }

    /// Remembers a change of the followers in `openIDs`.
    ///
    /// - Parameter changing: the openids whose state the call has really changed. Lists show the change late only for
    ///   these openids.
    mutating func changed(
        _ openIDs: [OpenID], tag: TagID?, isTagged: Bool, changing: Set<OpenID>, at now: UnixTime
    ) {
        if settings.openIDCooldown != nil {
            for openID in openIDs { changes[openID] = now }
            if changes.count > Self.remembered {
                changes = changes.filter { Self.isWithin(settings.openIDCooldown, since: $0.value, now) }
            }
        }
        guard settings.listLag != nil, let tag else { return }
        for openID in openIDs where changing.contains(openID) {
            let tagging = Tagging(tag: tag, openID: openID)
            // If this change undoes a change that lists do not show yet, the lists are already right.
            let takesBack = lateChanges[tagging].map { $0.isTagged != isTagged && isLate($0, at: now) } ?? false
            lateChanges[tagging] = takesBack ? nil : LateChange(isTagged: isTagged, time: now)
        }
        if lateChanges.count > Self.remembered { lateChanges = lateChanges.filter { isLate($0.value, at: now) } }
    }

    private func isLate(_ change: LateChange, at now: UnixTime) -> Bool {
        Self.isWithin(settings.listLag, since: change.time, now)
    }

    /// Returns whether lists do not show this tagging yet.
    func isHidden(_ tag: TagID, on openID: OpenID, at now: UnixTime) -> Bool {
        lateChanges[Tagging(tag: tag, openID: openID)].map { $0.isTagged && isLate($0, at: now) } ?? false
    }

    /// Returns the followers whom lists still show with the tag, although these followers have lost the tag.
    func stillShown(with tag: TagID, at now: UnixTime) -> Set<OpenID> {
        Set(untaggings(at: now).filter { $0.tag == tag }.map(\.openID))
    }

    /// Returns the tags that lists still show on the follower, although the follower lost them.
    func stillShown(on openID: OpenID, at now: UnixTime) -> Set<TagID> {
        Set(untaggings(at: now).filter { $0.openID == openID }.map(\.tag))
    }

    private func untaggings(at now: UnixTime) -> [Tagging] {
        lateChanges.filter { !$0.value.isTagged && isLate($0.value, at: now) }.map(\.key)
    }

    var listsLag: Bool { settings.listLag != nil }
}
