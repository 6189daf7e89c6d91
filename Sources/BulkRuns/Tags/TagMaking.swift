import OfficialAccount
import OfficialAccountClient

/// Creates the tags that a run lacks. It checks all of them before it creates the first, and deletes them if the run
/// cannot begin.
package struct TagMaking {
    /// What the person is told while tags are created and deleted.
    package enum Remark: CustomStringConvertible {
        case made(String, TagID)
        case tookBack(String, TagID)
        case leftBehind(String, TagID, any Error)

        package var description: String {
            switch self {
            case .made(let name, let id): "created the tag \(name.shown), \(id)"
            case .tookBack(let name, let id): "deleted the new tag \(name.shown), \(id), again"
            case .leftBehind(let name, let id, let error):
                "the tag \(name.shown), \(id), was created and could not be deleted again: \(error)"
            }
        }
    }

    /// The names of the missing tags, with the placeholders for their ids in the run file.
    package let missing: [(name: String, placeholder: Int)]
    private let tags: AccountTags
    /// The ids of the tags that it created, by placeholder.
    package private(set) var made: [Int: TagID] = [:]

    /// Checks that all of the tags can be created. Throws ``TagFailure`` for the first that cannot.
    ///
    /// - Parameter canCreate: whether the command may create tags.
    package init(
        _ missing: [(name: String, placeholder: Int)], tags: AccountTags, canCreate: Bool
    ) throws(TagFailure) {
        self.missing = missing
        self.tags = tags
        guard !missing.isEmpty else { return }
        let limits = Limits()
        let names = missing.map(\.name)
        guard canCreate else { throw tags.missing(names, canBeMade: true) }
        for name in names {
            guard name.utf8.count <= limits.tagNameBytes else {
                throw .nameTooLong(name, most: limits.tagNameBytes)
            }
            guard name.contains(where: { !$0.isWhitespace }),
                !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw .notAName(name) }
        }
        let own = tags.tags.count { !$0.id.isReserved }
        let most = limits.tagsPerAccount
        // An account with more tags than that has its own limit, which only its server knows.
        guard own > most || own + names.count <= most else {
            throw .tooMany(new: names, present: own, most: most)
        }
    }

    /// Returns the name of a tag for people. The tag may exist or not.
    package func name(of tag: TagID) -> String {
        guard let new = missing.first(where: { $0.placeholder == tag.rawValue }) else { return tags.name(of: tag) }
        return made[new.placeholder].map { "\(new.name.shown) (\($0))" } ?? "a new tag, \(new.name.shown)"
    }

    /// Creates the tags, with one call each. If one fails, it deletes those that it has created and throws
    /// ``CallFailure``.
    ///
    /// - Parameter remark: is called with what the person is to be told.
    package mutating func make(at account: RunAccount, remark: (Remark) -> Void) async throws(CallFailure) {
        for new in missing {
            do throws(CallFailure) {
                let id = try await account.client.tags.create(named: new.name)
                made[new.placeholder] = id
                remark(.made(new.name, id))
            } catch {
                await takeBack(at: account, remark: remark)
                throw error
            }
        }
    }

    /// Deletes the tags that it created, before any follower got them.
    package func takeBack(at account: RunAccount, remark: (Remark) -> Void) async {
        for (placeholder, id) in made {
            let name = missing.first { $0.placeholder == placeholder }?.name ?? ""
            do {
                try await account.client.tags.delete(id)
                remark(.tookBack(name, id))
            } catch {
                remark(.leftBehind(name, id, error))
            }
        }
    }
}
