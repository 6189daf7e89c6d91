import OfficialAccount
import OfficialAccountClient

/// The tags of an account, found by name or id. ``TagReference`` decides which tag a text names.
struct TagNames {
    let tags: [Tag]

    /// Returns the tag that the text names, or nil if the account has no such tag. Throws ``StartFailure`` if the text
    /// may name several.
    func tag(_ text: String) throws -> Tag? {
        do {
            return try TagReference(text).tag(in: tags)
        } catch {
            throw StartFailure.failed("\(error)")
        }
    }

    /// Returns the tag that the text names. If the account has no such tag, throws ``StartFailure`` with a list of its
    /// tags.
    func existing(_ text: String) throws -> Tag {
        guard let tag = try tag(text) else { throw missing([text], canBeMade: false) }
        return tag
    }

    /// - Parameter canBeMade: whether the command has a `--create`.
    func missing(_ texts: [String], canBeMade: Bool) -> StartFailure {
        let some = texts.sorted().prefix(10).map { "\"\($0.shown)\"" }.joined(separator: ", ")
        let known = tags.prefix(20).map { "\($0.id) \($0.name.shown)" }.joined(separator: ", ")
        return .failed(
            "the account has no tag \(some)\(texts.count > 10 ? " and \(texts.count - 10) others" : "")\(canBeMade ? "; --create makes it" : ""). "
                + "It has \(known)\(tags.count > 20 ? " and \(tags.count - 20) more" : "")")
    }

    func name(of tag: TagID) -> String {
        tags.first { $0.id == tag }.map { "\($0.name.shown) (\(tag))" } ?? "\(tag)"
    }
}
