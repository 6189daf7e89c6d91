/// The changes that a `sync` would make, and the checks that keep followers from losing the tag by mistake.
struct SyncPlan: Equatable {
    /// The names of the files, for people.
    let source: String
    let gets: Int
    let loses: Int
    /// The number of followers who carry the tag and are in the file.
    let both: Int
    /// The number of lines of the file that cannot be read.
    let badLines: Int
    let firstBadLine: Int?

    /// - Parameter tag: the tag's name and id.
    func sentence(tag: String) -> String {
        "\(tag): \(gets.grouped) get it, \(loses.grouped) lose it, \(both.grouped) keep it."
    }

    /// Throws ``StartFailure`` if followers would lose the tag and this may be a mistake.
    ///
    /// - Parameter maxRemove: the most followers who may lose it; nil for a fifth of those who carry it, and at least a
    ///   hundred.
    func check(maxRemove: MaxRemove?, allowEmpty: Bool, ignoreBadLines: Bool) throws {
        guard loses > 0 else { return }
        guard badLines == 0 || ignoreBadLines else {
            throw StartFailure.failed(
                "nothing was done: \(badLines.grouped) line\(badLines == 1 ? "" : "s") of \(source) cannot be read\(firstBadLine.map { ", the first is line \($0)" } ?? ""), and whoever they mean would lose the tag; mend the file, or say --ignore-bad-lines"
            )
        }
        guard gets + both > 0 || allowEmpty else {
            throw StartFailure.failed(
                "nothing was done: \(source) names nobody, and \(loses.grouped) would lose the tag; say --allow-empty if that is meant"
            )
        }
        let most =
            maxRemove?.count(of: loses + both)
            ?? (allowEmpty && gets + both == 0 ? loses : max(MaxRemove.share(20).count(of: loses + both), 100))
        guard loses <= most else {
            throw StartFailure.failed(
                "nothing was done: \(loses.grouped) of \((loses + both).grouped) would lose the tag, and \(most.grouped) may; say --max-remove \(loses) if that is meant"
            )
        }
    }
}
