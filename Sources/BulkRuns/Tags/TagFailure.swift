import OfficialAccount
import OfficialAccountClient

/// Why a text does not say which tag is meant, or why a tag cannot be created.
package enum TagFailure: Error, CustomStringConvertible {
    /// The text is empty or blank, so it names no tag.
    case empty
    /// The text can mean several tags.
    case ambiguous(TagReference.Ambiguity)
    /// The account does not have these tags. `canBeMade` says whether the command would create them with `--create`.
    case missing([String], known: [Tag], canBeMade: Bool)
    case notAName(String)

    package var description: String {
        switch self {
        case .empty: "the tag is empty; write its name or its id"
        case .ambiguous(let ambiguity): "\(ambiguity)"
        case .missing(let texts, let known, let canBeMade):
            "the account has no tag \(Self.list(texts, most: 10))\(texts.count > 10 ? " and \((texts.count - 10).counted("other"))" : "")\(canBeMade ? "; --create creates it" : ""). "
                + "Its tags: \(known.prefix(20).map { "\($0.id) \($0.name.shown)" }.joined(separator: ", "))\(known.count > 20 ? " and \(known.count - 20) more" : "")"
        case .notAName(let name): "nothing was done: \"\(name.shown)\" cannot be the name of a tag"
        }
    }

    /// Whether the command line is wrong for every account, and not only for this account.
    package var isMistyped: Bool {
        if case .empty = self { true } else { false }
    }

    private static func list(_ texts: [String], most: Int) -> String {
        texts.sorted().prefix(most).map { "\"\($0.shown)\"" }.joined(separator: ", ")
    }
}
