import OfficialAccount
import OfficialAccountClient

/// The tags that a run needs and the account lacks. This type checks all of their names before ``NewTags`` creates the
/// first tag.
///
/// An account may have its own limits for the length of a name and for the number of its tags. Only the server knows
/// these limits, so this type does not check them.
package struct TagMaking {
    /// The names of the missing tags, with the placeholders for their ids in the run file.
    package let missing: [(name: String, placeholder: Int)]
    /// The tags that the account has already.
    package let tags: AccountTags

    /// Throws ``TagFailure`` for the first name that no account can have: a blank name, or a name with a control
    /// character.
    ///
    /// - Parameter canCreate: whether the command may create tags.
    package init(
        _ missing: [(name: String, placeholder: Int)], tags: AccountTags, canCreate: Bool
    ) throws(TagFailure) {
        self.missing = missing
        self.tags = tags
        guard !missing.isEmpty else { return }
        let names = missing.map(\.name)
        guard canCreate else { throw tags.missing(names, canBeMade: true) }
        for name in names {
            guard name.contains(where: { !$0.isWhitespace }),
                !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw .notAName(name) }
        }
    }

    /// Returns the text by which a message names the tag. The tag need not exist yet.
    package func name(of tag: TagID) -> String {
        missing.first { $0.placeholder == tag.rawValue }.map { "a new tag, \($0.name.shown)" } ?? tags.name(of: tag)
    }
}
