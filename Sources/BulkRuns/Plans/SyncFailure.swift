import OfficialAccount

/// Why a sync stopped before it changed anything: it might remove the tag from followers by mistake.
package enum SyncFailure: Error, Equatable, CustomStringConvertible {
    /// The reader cannot read some lines, and the followers in these lines would lose the tag.
    case badLines(Int, first: RunInput.Place?, source: String)
    case namesNobody(source: String, loses: Int)
    case losesTooMany(Int, carriers: Int, most: Int)

    package var description: String {
        switch self {
        case .badLines(let count, let first, let source):
            "nothing was done: \(count.counted("line")) of \(source) cannot be read\(first.map { ", the first is \($0)" } ?? ""), and their followers would lose the tag; correct the file, or pass --ignore-bad-lines"
        case .namesNobody(let source, let loses):
            "nothing was done: \(source) names no follower, and \(loses.counted("follower")) would lose the tag; pass --allow-empty to confirm"
        case .losesTooMany(let loses, let carriers, let most):
            "nothing was done: \(loses.grouped) of \(carriers.counted("follower")) would lose the tag, and the limit is \(most.grouped); pass --max-remove \(loses) to confirm"
        }
    }
}
