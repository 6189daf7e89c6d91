import OfficialAccount

/// One follower who is to get a tag or to lose it.
public struct Tagging: Sendable, Hashable {
    public enum Verb: String, Sendable, Hashable, CaseIterable {
        case tag
        case untag
    }

    public let verb: Verb
    public let openID: OpenID
    public let tag: TagID
    /// Where it comes from: the line of a file, or whatever number the caller knows it by. It comes back with the outcome and means nothing here.
    public let line: Int

    public init(_ verb: Verb = .tag, _ openID: OpenID, _ tag: TagID, line: Int = 0) {
        self.verb = verb
        self.openID = openID
        self.tag = tag
        self.line = line
    }
}
