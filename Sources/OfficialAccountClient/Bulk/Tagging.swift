public import OfficialAccount

/// One follower who is to get a tag or to lose it.
public struct Tagging: Sendable, Hashable {
    /// The action of a tagging.
    public enum Verb: String, Sendable, Hashable, CaseIterable {
        /// Puts the tag on the follower.
        case tag
        /// Takes the tag off the follower.
        case untag
    }

    /// The action: put the tag on the follower, or take it off.
    public let verb: Verb
    /// The follower.
    public let openID: OpenID
    /// The tag's id.
    public let tag: TagID
    /// A number of the caller's choice, such as the line of a file.
    ///
    /// The outcome has the same number. The run does not use the number.
    public let line: Int
    /// Whether an earlier run may have carried out this tagging, although no answer says so.
    ///
    /// If the platform refuses the follower, the run then reads the follower's tags to learn the outcome.
    package var mayHaveBeenApplied = false

    /// Creates a tagging.
    ///
    /// - Parameters:
    ///   - verb: whether to put the tag on or to take it off.
    ///   - openID: the follower.
    ///   - tag: the tag's id.
    ///   - line: a number of the caller's choice, such as the line of a file.
    public init(_ verb: Verb = .tag, _ openID: OpenID, _ tag: TagID, line: Int = 0) {
        self.verb = verb
        self.openID = openID
        self.tag = tag
        self.line = line
    }
}
