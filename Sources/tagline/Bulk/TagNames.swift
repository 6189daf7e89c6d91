import OfficialAccount
import OfficialAccountClient

/// The tags of an account, found by what people call them.
struct TagNames {
    let tags: [Tag]

    /// The tag with this id or, if there is none, with this name.
    func tag(_ text: String) -> Tag? {
        Int(text).flatMap { id in tags.first { $0.id.rawValue == id } } ?? tags.first { $0.name.hasSameBytes(as: text) }
    }

    /// The same, or an error that says which there are.
    func existing(_ text: String) throws -> Tag {
        guard let tag = tag(text) else { throw missing([text], canBeMade: false) }
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
