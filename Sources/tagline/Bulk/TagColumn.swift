import Foundation
import OfficialAccount
import OfficialAccountClient

/// Finds out which tags a row means.
struct TagColumn {
    let names: TagNames
    /// The tags of rows that name none.
    private(set) var fallback: [TagID] = []
    /// Names of tags that the account does not have, and what stands in the run file in place of their ids.
    private(set) var missing: [(name: String, placeholder: Int)] = []
    private var known: [[UInt8]: [TagID]] = [:]
    /// Lines that name nobody's tag.
    private var without = 0

    /// - Parameter fallback: the tags of rows that name none, each as it was typed.
    init(names: TagNames, fallback texts: [String]) throws {
        self.names = names
        for text in texts {
            let tag = try tag(text)
            if !fallback.contains(tag) { fallback.append(tag) }
        }
    }

    /// Reads the input into the run file. Returns its digest.
    mutating func load(
        _ input: RunInput, _ verb: Tagging.Verb, into run: RunFile, _ display: ProgressDisplay
    ) throws -> String {
        var digest = ""
        var sources: [RunInput.Source] = []
        try run.load { loader in
            (digest, sources) = try input.read(display) { row in
                switch row {
                case .bad(let text, let reason, let line): try loader.refuse(text, reason, line: line)
                case .follower(let openID, let cell, let line):
                    let tags = try tags(cell)
                    if tags.isEmpty {
                        without += 1
                        try loader.refuse(openID.description, "no tag", line: line)
                    }
                    for tag in tags { try loader.add(Tagging(verb, openID, tag, line: line)) }
                }
            }
        }
        try run.keep(sources)
        if without > 0, known.isEmpty {
            throw StartFailure.badSetting("no line of \(input.name) names a tag: say which with --tag")
        }
        return digest
    }

    private mutating func tags(_ cell: String?) throws -> [TagID] {
        guard let cell else { return fallback }
        let key = Array(cell.utf8)
        if let tags = known[key] { return tags }
        let texts = cell.split(whereSeparator: { ";|".contains($0) }).map { $0.trimmingCharacters(in: .whitespaces) }
        let tags = try texts.filter { !$0.isEmpty }.map { try tag($0) }
        guard missing.count <= 1000, known.count < 100_000 else {
            throw StartFailure.failed(
                "the tag column holds more tags than an account can have, such as \(missing.prefix(3).map(\.name).joined(separator: ", "))"
            )
        }
        known[key] = tags
        return tags
    }

    /// The tag that a text means; what stands in place of its id if it has yet to be made.
    private mutating func tag(_ text: String) throws -> TagID {
        if let tag = names.tag(text) { return tag.id }
        if let placeholder = missing.first(where: { $0.name.hasSameBytes(as: text) })?.placeholder {
            return TagID(placeholder)
        }
        missing.append((text, -1 - missing.count))
        return TagID(-missing.count)
    }
}
