import Foundation
import OfficialAccount
import OfficialAccountClient

/// Finds out which tags a row means.
struct TagColumn {
    let names: TagNames
    let fallback: TagID?
    /// Names of tags that the account does not have, and what stands in the run file in place of their ids.
    private(set) var missing: [(name: String, placeholder: Int)] = []
    private var known: [[UInt8]: [TagID]] = [:]
    /// Lines that name nobody's tag.
    private var without = 0

    init(names: TagNames, fallback: TagID?) {
        self.names = names
        self.fallback = fallback
    }

    /// Reads the input into the run file. Returns its digest.
    mutating func load(_ input: TaggingInput, _ verb: Tagging.Verb, into run: RunFile) throws -> String {
        var digest = ""
        try run.load { loader in
            digest = try input.read { row in
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
        if without > 0, known.isEmpty {
            throw StartFailure.badSetting("no line of \(input.name) names a tag: say which with --tag")
        }
        return digest
    }

    private mutating func tags(_ cell: String?) throws -> [TagID] {
        guard let cell else {
            guard let fallback else { return [] }
            return [fallback]
        }
        let key = Array(cell.utf8)
        if let tags = known[key] { return tags }
        let texts = cell.split(whereSeparator: { ";|".contains($0) }).map { $0.trimmingCharacters(in: .whitespaces) }
        let tags = texts.filter { !$0.isEmpty }.map { text in
            if let tag = names.tag(text) { return tag.id }
            if let placeholder = missing.first(where: { $0.name.hasSameBytes(as: text) })?.placeholder {
                return TagID(placeholder)
            }
            missing.append((text, -1 - missing.count))
            return TagID(-missing.count)
        }
        guard missing.count <= 1000, known.count < 100_000 else {
            throw StartFailure.failed(
                "the tag column holds more tags than an account can have, such as \(missing.prefix(3).map(\.name).joined(separator: ", "))"
            )
        }
        known[key] = tags
        return tags
    }
}
