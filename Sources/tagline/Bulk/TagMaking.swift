import OfficialAccount
import OfficialAccountClient

/// Creates the tags that a run lacks. It checks all of them before it creates the first, and deletes them if the run
/// cannot begin.
struct TagMaking {
    /// The names of the missing tags, with the placeholders for their ids in the run file.
    let missing: [(name: String, placeholder: Int)]
    let names: TagNames
    private(set) var made: [Int: TagID] = [:]

    /// The most tags of an account and the most bytes of a name, as the platform documents them.
    private static let mostTags = 100
    private static let longestName = 30

    /// Throws ``StartFailure`` if it cannot create all of the tags.
    ///
    /// - Parameter canCreate: whether the command may create tags.
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
        // An account with more tags than that has its own limit, which only its server knows.
        guard own > Self.mostTags || own + all.count <= Self.mostTags else {
            throw StartFailure.failed(
                "nothing was done: the account has \(own) tags and can have \(Self.mostTags), so \(all.count) more cannot be made, such as \(all.prefix(3).map { "\"\($0.shown)\"" }.joined(separator: ", "))"
            )
        }
    }

    /// Returns the name of a tag for people. The tag may exist or not.
    func name(of tag: TagID) -> String {
        guard let new = missing.first(where: { $0.placeholder == tag.rawValue }) else { return names.name(of: tag) }
        return made[new.placeholder].map { "\(new.name.shown) (\($0))" } ?? "a new tag, \(new.name.shown)"
    }

    /// Creates the tags. If one fails, it deletes those that it has created and throws ``StartFailure``.
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

    /// Deletes the tags that it created, before any follower got them.
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
