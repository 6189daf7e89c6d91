import OfficialAccount
import OfficialAccountClient

/// Tags that a run has yet to make: all are checked before the first is made, and taken back if the run cannot begin.
struct TagMaking {
    /// Names, and what stands in the run file in place of their ids.
    let missing: [(name: String, placeholder: Int)]
    let names: TagNames
    private(set) var made: [Int: TagID] = [:]

    /// Tags that an account can have, and bytes that a name can have, as the platform documents them.
    private static let mostTags = 100
    private static let longestName = 30

    /// Throws ``StartFailure`` if not all of them can be made.
    ///
    /// - Parameter canCreate: whether the command may make tags.
    init(_ missing: [(name: String, placeholder: Int)], names: TagNames, canCreate: Bool) throws {
        self.missing = missing
        self.names = names
        guard !missing.isEmpty else { return }
        let all = missing.map(\.name)
        guard canCreate else { throw names.missing(all, canBeMade: true) }
        for name in all {
            guard name.utf8.count <= Self.longestName else {
                throw StartFailure.failed(
                    "nothing was done: the name \"\(name.shown)\" has \(name.utf8.count) bytes of UTF-8, and a tag's name has at most \(Self.longestName)"
                )
            }
            guard name.contains(where: { !$0.isWhitespace }),
                !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw StartFailure.failed("nothing was done: \"\(name.shown)\" cannot be the name of a tag") }
        }
        let own = names.tags.count { !$0.id.isReserved }
        // An account that has more already has a limit of its own, which only its server knows.
        guard own > Self.mostTags || own + all.count <= Self.mostTags else {
            throw StartFailure.failed(
                "nothing was done: the account has \(own) tags and can have \(Self.mostTags), so \(all.count) more cannot be made, such as \(all.prefix(3).map { "\"\($0.shown)\"" }.joined(separator: ", "))"
            )
        }
    }

    /// Names for people, of tags that are there and of those that are not.
    func name(of tag: TagID) -> String {
        guard let new = missing.first(where: { $0.placeholder == tag.rawValue }) else { return names.name(of: tag) }
        return made[new.placeholder].map { "\(new.name.shown) (\($0))" } ?? "a new tag, \(new.name.shown)"
    }

    /// Makes them. If one cannot be made, those before it are taken back and ``StartFailure`` is thrown.
    mutating func make(_ command: BulkCommand) async throws {
        for new in missing {
            do {
                let id = try await command.account.reporting {
                    try await command.account.client.tags.create(named: new.name)
                }
                made[new.placeholder] = id
                StandardError.say("made the tag \(new.name.shown), \(id)")
            } catch {
                await takeBack(command)
                throw error
            }
        }
    }

    /// Deletes what was made, before anyone got it.
    func takeBack(_ command: BulkCommand) async {
        for (placeholder, id) in made {
            let name = missing.first { $0.placeholder == placeholder }?.name.shown ?? ""
            do {
                try await command.account.client.tags.delete(id)
                StandardError.say("took the tag \(name), \(id), back")
            } catch {
                StandardError.say("the tag \(name), \(id), was made and could not be taken back: \(error)")
            }
        }
    }
}
