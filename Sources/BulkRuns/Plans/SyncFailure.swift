/// Why a sync would perhaps take the tag off followers by mistake. Nothing was done.
package enum SyncFailure: Error, Equatable, CustomStringConvertible {
    /// Lines cannot be read, and the followers whom they name would lose the tag.
    case badLines(Int, first: Int?, source: String)
    case namesNobody(source: String, loses: Int)
    case losesTooMany(Int, carriers: Int, most: Int)

    package var description: String {
        switch self {
        case .badLines(let count, let first, let source):
            "nothing was done: \(count.grouped) line\(count == 1 ? "" : "s") of \(source) cannot be read\(first.map { ", the first is line \($0)" } ?? ""), and the followers in them would lose the tag; correct the file, or pass --ignore-bad-lines"
        case .namesNobody(let source, let loses):
            "nothing was done: \(source) names nobody, and \(loses.grouped) would lose the tag; say --allow-empty if that is meant"
        case .losesTooMany(let loses, let carriers, let most):
            "nothing was done: \(loses.grouped) of \(carriers.grouped) would lose the tag, and \(most.grouped) may; say --max-remove \(loses) if that is meant"
        }
    }
}
