/// The changes that a `sync` would make, and the checks that keep followers from losing the tag by mistake.
package struct SyncPlan: Equatable {
    /// The names of the files, for people.
    package let source: String
    package let gets: Int
    package let loses: Int
    /// The number of followers who carry the tag and are in the file.
    package let both: Int
    /// The number of lines of the file that cannot be read.
    package let badLines: Int
    package let firstBadLine: Int?

    package init(source: String, gets: Int, loses: Int, both: Int, badLines: Int, firstBadLine: Int?) {
        self.source = source
        self.gets = gets
        self.loses = loses
        self.both = both
        self.badLines = badLines
        self.firstBadLine = firstBadLine
    }

    /// - Parameter tag: the tag's name and id.
    package func sentence(tag: String) -> String {
        "\(tag): \(gets.grouped) get it, \(loses.grouped) lose it, \(both.grouped) keep it."
    }

    /// Throws ``SyncFailure`` if followers would lose the tag and this may be a mistake.
    ///
    /// - Parameter maxRemove: the most followers who may lose it; nil for a fifth of those who carry it, and at least a
    ///   hundred.
    package func check(maxRemove: MaxRemove?, allowEmpty: Bool, ignoreBadLines: Bool) throws(SyncFailure) {
        guard loses > 0 else { return }
        guard badLines == 0 || ignoreBadLines else {
            throw .badLines(badLines, first: firstBadLine, source: source)
        }
        guard gets + both > 0 || allowEmpty else {
            throw .namesNobody(source: source, loses: loses)
        }
        let most =
            maxRemove?.count(of: loses + both)
            ?? (allowEmpty && gets + both == 0 ? loses : max(MaxRemove.share(20).count(of: loses + both), 100))
        guard loses <= most else {
            throw .losesTooMany(loses, carriers: loses + both, most: most)
        }
    }
}
