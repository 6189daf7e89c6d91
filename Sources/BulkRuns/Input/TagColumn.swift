import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient

/// Finds out which tags each row of the input names, and loads the rows into a run file.
package struct TagColumn {
    private let tags: AccountTags
    /// The tags for the rows that name no tag.
    package private(set) var fallback: [TagID] = []
    private var cells: TagCells
    /// The number of rows that name no tag and for which the command line names no tag either.
    private var without = 0
    private var hasTagColumn = false

    /// Throws ``TagFailure`` for a text that can mean several tags, and for an id that the account does not have.
    ///
    /// - Parameter texts: the tags for the rows that name no tag, as the person typed them on the command line.
    package init(_ tags: AccountTags, fallback texts: [String]) throws {
        self.tags = tags
        cells = TagCells(tags: tags.tags)
        for text in texts {
            for tag in try meant(by: .list([text]), line: nil) where !fallback.contains(tag) { fallback.append(tag) }
        }
    }

    /// The names of the tags that the account does not have, each with the placeholder for the tag's id in the run
    /// file.
    package var missing: [(name: String, placeholder: Int)] {
        cells.missing.enumerated().map { ($1, Self.placeholder($0).rawValue) }
    }

    private static func placeholder(_ number: Int) -> TagID { TagID(-1 - number) }

    /// Reads `input`, and stores its rows in `run`.
    package mutating func load(
        _ input: RunInput, _ verb: Tagging.Verb, into run: RunFile, progress: RunInput.Progress
    ) throws -> RunInput.Reading {
        try run.load(input, progress: progress) { openID, text, line, loader in
            hasTagColumn = hasTagColumn || text != nil
            let tags = try text.map { try meant(by: $0, line: line) } ?? fallback
            if tags.isEmpty {
                without += 1
                try loader.refuse(openID.description, "no tag", line: line)
            }
            for tag in tags { try loader.add(Tagging(verb, openID, tag, line: line)) }
        }
    }

    /// Throws ``InputFailure`` if neither the input nor the command line names a tag.
    package func check(_ input: RunInput) throws(InputFailure) {
        if without > 0, !hasTagColumn { throw .namesNoTag(input.name) }
    }

    private static func lostCharacters(_ ambiguity: TagReference.Ambiguity) -> String {
        "the file seems to have lost characters when it was converted: \(ambiguity). To keep them, save the workbook as \"CSV UTF-8\", or convert it with: \(UnusableFile.workbookCommand)"
    }

    /// Returns the tags that a text names. For a tag that does not exist yet, returns its placeholder.
    ///
    /// - Parameter line: the line of the text; nil for a text from the command line.
    private mutating func meant(by text: TagText, line: Int?) throws -> [TagID] {
        let meant: [TagCells.Meant]
        do {
            meant = try cells.meant(by: text)
        } catch {
            let place = line.map { RunInput.Place(line: $0) }
            switch error {
            case .noTag(let text): throw tags.missing([text], canBeMade: false)
            case .ambiguous(let ambiguity) where line == nil: throw TagFailure.ambiguous(ambiguity)
            case .ambiguous(let ambiguity) where ambiguity.hasLostCharacters:
                throw InputFailure.badTagCell(place: place, reason: Self.lostCharacters(ambiguity))
            case .ambiguous, .tooMany: throw InputFailure.badTagCell(place: place, reason: "\(error)")
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
