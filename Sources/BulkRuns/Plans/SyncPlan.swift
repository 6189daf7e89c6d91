import OfficialAccount

/// The changes that a `sync` would make, and the checks that keep followers from losing the tag by mistake.
package struct SyncPlan: Equatable {
    /// The names of the input files, for people.
    package let source: String
    package let gets: Int
    package let loses: Int
    /// The number of followers who already carry the tag and are in the input files.
    package let both: Int
    /// The number of lines of the input files that cannot be read.
    package let badLines: Int
    package let firstBadLine: RunInput.Place?
    /// The input files in which no line names a follower.
    package let emptyFiles: [String]

    package init(
        source: String, gets: Int, loses: Int, both: Int, badLines: Int, firstBadLine: RunInput.Place?,
        emptyFiles: [String] = []
    ) {
        self.source = source
        self.gets = gets
        self.loses = loses
        self.both = both
        self.badLines = badLines
        self.firstBadLine = firstBadLine
        self.emptyFiles = emptyFiles
    }

    /// The plan for programs, as `--dry-run --json` prints it.
    package struct Report: Encodable {
        let dry_run = true
        let at: String
        let tag: String
        let gets: Int
        let loses: Int
        let keeps: Int
        let bad_lines: Int
    }

    /// - Parameters:
    ///   - tag: the tag's name and id.
    ///   - account: the account and the API's address, for people.
    package func report(tag: String, at account: String) -> Report {
        Report(at: account, tag: tag, gets: gets, loses: loses, keeps: both, bad_lines: badLines)
    }

    /// - Parameter tag: the tag's name and id.
    package func sentence(tag: String) -> String {
        "\(tag): \(gets.grouped) get it, \(loses.grouped) lose it, \(both.grouped) keep it."
    }

    /// Throws ``SyncFailure`` if followers would lose the tag, and the loss may be a mistake.
    ///
    /// - Parameters:
    ///   - maxRemove: the most followers who are allowed to lose the tag. Nil means a fifth of the followers who carry
    ///     the tag, but at least 100.
    ///   - allowEmpty: whether a file is allowed to name no follower. If true and `maxRemove` is nil, a run in which
    ///     no file names a follower may remove the tag from all followers.
    ///   - ignoreBadLines: whether the files are allowed to have lines that cannot be read.
    package func check(maxRemove: MaxRemove?, allowEmpty: Bool, ignoreBadLines: Bool) throws(SyncFailure) {
        guard loses > 0 else { return }
        guard badLines == 0 || ignoreBadLines else {
            throw .badLines(badLines, first: firstBadLine, source: source)
        }
        // One empty file among several files is probably the result of a failed export.
        let namesNobody = gets + both == 0 ? source : emptyFiles.joined(separator: ", ")
        guard namesNobody.isEmpty || allowEmpty else { throw .namesNobody(source: namesNobody, loses: loses) }
        let most =
            maxRemove?.count(of: loses + both)
            ?? (allowEmpty && gets + both == 0 ? loses : max(MaxRemove.share(20).count(of: loses + both), 100))
        guard loses <= most else {
            throw .losesTooMany(loses, carriers: loses + both, most: most)
        }
    }
}
