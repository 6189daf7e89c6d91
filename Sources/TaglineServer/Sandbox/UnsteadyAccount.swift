import AdminAPI
import OfficialAccount
import TagStore

/// What one account's unsteadiness comes to: the decisions, by the clock that is passed in.
struct UnsteadyAccount {
    /// Followers whose last change is remembered; beyond it those are forgotten that no longer matter.
    private static let remembered = 100_000

    private struct Tagging: Hashable {
        let tag: TagID
        let openID: OpenID
    }

    let settings: Unsteadiness
    private var madeTags: [TagID: UnixTime] = [:]
    private var counts: (tags: [Tag], at: UnixTime)?
    private var taggings: [Tagging: UnixTime] = [:]
    private var changes: [OpenID: UnixTime] = [:]
    private var calls = 0

    init(_ settings: Unsteadiness) {
        self.settings = settings
    }

    private static func seconds(_ span: FaultSpan?) -> Int64? {
        // The clock has whole seconds; less than one counts as one.
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

    /// Throws 45159 for a tag that cannot be seen yet.
    mutating func judge(_ tag: TagID?, at now: UnixTime) throws(Refusal) {
        guard let tag, let since = madeTags[tag] else { return }
        guard Self.isWithin(settings.tagVisibleAfter, since: since, now) else {
            madeTags[tag] = nil
            return
        }
        throw Refusal(.invalidTagID, "tag \(tag) is new, and tag_visible_after is not over yet; repeat the call later")
    }

    /// The tags as they were last counted; nil if it is time to count.
    func counted(at now: UnixTime) -> [Tag]? {
        guard let counts, Self.isWithin(settings.countsLag, since: counts.at, now) else { return nil }
        return counts.tags
    }

    mutating func count(_ tags: [Tag], at now: UnixTime) {
        if settings.countsLag != nil { counts = (tags, now) }
    }

    // MARK: Taggings

    /// Throws 45169 for a follower who was changed a moment ago.
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

    /// Whether this success is one that does nothing.
    mutating func losesSuccess(_ appID: AppID) -> Bool {
        guard let chance = settings.lostSuccess, chance > 0 else { return false }
        calls = calls.saturatingSum(with: 1)
        var draw = SeededDraw(seed: settings.seed ?? 0, "lost_success", appID.rawValue, String(calls))
        return draw.unit() < chance
    }

    mutating func changed(_ openIDs: [OpenID], tag: TagID?, isTagged: Bool, at now: UnixTime) {
        if settings.openIDCooldown != nil {
            for openID in openIDs { changes[openID] = now }
            if changes.count > Self.remembered {
                changes = changes.filter { Self.isWithin(settings.openIDCooldown, since: $0.value, now) }
            }
        }
        guard settings.listLag != nil, let tag else { return }
        for openID in openIDs { taggings[Tagging(tag: tag, openID: openID)] = isTagged ? now : nil }
        if taggings.count > Self.remembered {
            taggings = taggings.filter { Self.isWithin(settings.listLag, since: $0.value, now) }
        }
    }

    /// Whether a tagging cannot be seen yet.
    func isHidden(_ tag: TagID, on openID: OpenID, at now: UnixTime) -> Bool {
        taggings[Tagging(tag: tag, openID: openID)].map { Self.isWithin(settings.listLag, since: $0, now) } ?? false
    }

    var hidesTaggings: Bool { settings.listLag != nil }
}
