import OfficialAccount
import OfficialAccountClient

/// The tags of an account, with functions that find a tag by its name or id. ``TagReference`` decides which tag a text
/// names.
package struct AccountTags: Sendable {
    package let tags: [Tag]

    package init(_ tags: [Tag]) {
        self.tags = tags
    }

    /// Returns the tag that the text names, or nil if the account has no such tag. Throws ``TagFailure`` if the text is
    /// empty, or can mean several tags.
    package func tag(_ text: String) throws(TagFailure) -> Tag? {
        guard !NameEnds.isBlank(text) else { throw .empty }
        do {
            return try TagReference(text).tag(in: tags)
        } catch {
            throw .ambiguous(error)
        }
    }

    /// Returns the tag that the text names. If the account has no such tag, throws ``TagFailure`` with a list of the
    /// account's tags.
    package func existing(_ text: String) throws(TagFailure) -> Tag {
        guard let tag = try tag(text) else { throw missing([text], canBeMade: false) }
        return tag
    }

    /// Returns the failure for texts that name no tag of the account.
    ///
    /// - Parameter canBeMade: whether the command would create the tags with `--create`.
    package func missing(_ texts: [String], canBeMade: Bool) -> TagFailure {
        .missing(texts, known: tags, canBeMade: canBeMade)
    }

    /// Returns the tag's name and id for people, or the id alone if the account does not have the tag.
    package func name(of tag: TagID) -> String {
        tags.first { $0.id == tag }.map { "\($0.name.shown) (\(tag))" } ?? "\(tag)"
    }
}
