import OfficialAccount
import OfficialAccountClient

/// The tags that a run needs and the account lacks. This type checks all of them before ``NewTags`` creates the first
/// tag.
package struct TagMaking {
    /// The names of the missing tags, with the placeholders for their ids in the run file.
    package let missing: [(name: String, placeholder: Int)]
    /// The tags that the account has already.
    package let tags: AccountTags

    /// Checks that all of the tags can be created. Throws ``TagFailure`` for the first tag that cannot be created.
    ///
    /// - Parameter canCreate: whether the command may create tags.
    package init(
        _ missing: [(name: String, placeholder: Int)], tags: AccountTags, canCreate: Bool
    ) throws(TagFailure) {
        self.missing = missing
        self.tags = tags
        guard !missing.isEmpty else { return }
        let limits = Limits()
        let names = missing.map(\.name)
        guard canCreate else { throw tags.missing(names, canBeMade: true) }
        for name in names {
            guard name.utf8.count <= limits.tagNameBytes else {
                throw .nameTooLong(name, most: limits.tagNameBytes)
            }
            guard name.contains(where: { !$0.isWhitespace }),
                !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw .notAName(name) }
        }
        let own = tags.tags.count { !$0.id.isReserved }
        let most = limits.tagsPerAccount
        // An account with more than `most` tags has its own limit, which only the server knows.
        guard own > most || own + names.count <= most else {
            throw .tooMany(new: names, present: own, most: most)
        }
    }

    /// Returns the text by which a message names the tag. The tag need not exist yet.
    package func name(of tag: TagID) -> String {
        missing.first { $0.placeholder == tag.rawValue }.map { "a new tag, \($0.name.shown)" } ?? tags.name(of: tag)
    }
}
