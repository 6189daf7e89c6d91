import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient

/// Finds out which tags a row names, and loads the rows.
struct TagColumn {
    let names: TagNames
    /// The tags for rows that name none.
    private(set) var fallback: [TagID] = []
    private var cells: TagCells

    /// Throws ``StartFailure`` for a text that may name several tags, and for an id that the account does not have.
    ///
    /// - Parameter fallback: the tags for rows that name none, as the person typed them.
    init(names: TagNames, fallback texts: [String]) throws {
        self.names = names
        cells = TagCells(tags: names.tags)
        for text in texts {
            for tag in try tags(.list([text]), line: nil) where !fallback.contains(tag) { fallback.append(tag) }
        }
    }

    /// The names of tags that the account does not have, with the placeholders for their ids in the run file.
    var missing: [(name: String, placeholder: Int)] {
        cells.missing.enumerated().map { ($1, Self.placeholder($0).rawValue) }
    }

    private static func placeholder(_ number: Int) -> TagID { TagID(-1 - number) }

    /// Reads the input into the run file. Returns its digest.
    mutating func load(
        _ input: RunInput, _ verb: Tagging.Verb, into run: RunFile, _ display: ProgressDisplay
    ) throws -> String {
        var digest = ""
        var sources: [RunInput.Source] = []
        // The number of lines without a tag.
        var without = 0
        var isTagged = false
        try run.load { loader in
            (digest, sources) = try input.read(display) { row in
                switch row {
                case .bad(let text, let reason, let line): try loader.refuse(text, reason, line: line)
                case .follower(let openID, let text, let line):
                    isTagged = isTagged || text != nil
                    let tags = try text.map { try self.tags($0, line: line) } ?? fallback
                    if tags.isEmpty {
                        without += 1
                        try loader.refuse(openID.description, "no tag", line: line)
                    }
                    for tag in tags { try loader.add(Tagging(verb, openID, tag, line: line)) }
                }
            }
        }
        try run.keep(sources)
        if without > 0, !isTagged {
            throw StartFailure.badSetting("no line of \(input.name) names a tag: say which with --tag")
        }
        return digest
    }

    /// Returns the tags that a text names. For a tag that does not exist yet, returns its placeholder.
    ///
    /// - Parameter line: the line of the text; nil for a text from the command line.
    private mutating func tags(_ text: TagText, line: Int?) throws -> [TagID] {
        let meant: [TagCells.Meant]
        do {
            meant = try cells.meant(by: text)
        } catch {
            switch error {
            case .noTag(let text): throw names.missing([text], canBeMade: false)
            case .ambiguous, .tooMany:
                throw StartFailure.failed(line.map { "line \($0): \(error)" } ?? error.description)
            }
        }
        return meant.map { meant in
            switch meant {
            case .tag(let tag): tag
            case .missing(let number): Self.placeholder(number)
            }
        }
    }
}
