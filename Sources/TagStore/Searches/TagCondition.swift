public import OfficialAccount

/// A condition on the tags of a follower. Each name in its expression refers to a tag of one account.
public struct TagCondition: Sendable {
    private let expression: TagExpression
    /// The tags to which the names of the expression refer, in the order of `expression.names`.
    public let tagIDs: [TagID]
    /// A tag that a follower must carry to meet the condition; nil if no tag is necessary. A search looks only at the
    /// carriers of this tag.
    public let base: TagID?

    /// - Parameter tag: returns the tag to which a name refers.
    public init<Failure: Error>(
        _ expression: TagExpression, tag: (String) throws(Failure) -> Tag
    ) throws(Failure) {
        var tags: [Tag] = []
        for name in expression.names { tags.append(try tag(name)) }
        self.expression = expression
        tagIDs = tags.map(\.id)
        let required = expression.requiredNames
        let certain = zip(expression.names, tags).filter { name, _ in required.contains { $0.hasSameBytes(as: name) } }
        base = certain.min { $0.1.count < $1.1.count }?.1.id
    }

    /// Returns whether a follower meets the condition.
    ///
    /// - Parameter carries: returns whether the follower carries the given tag, which is one of ``tagIDs``.
    public func isMet(_ carries: (TagID) -> Bool) -> Bool {
        expression.isTrue { name in
            expression.names.firstIndex { $0.hasSameBytes(as: name) }.map { carries(tagIDs[$0]) } ?? false
        }
    }
}
