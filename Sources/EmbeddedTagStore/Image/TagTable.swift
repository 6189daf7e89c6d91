import OfficialAccount
import TagStore

/// The tags of one account: which ids there are, what they are called and which slot of the words each has.
struct TagTable {
    struct Entry {
        let id: TagID
        let name: String
        let slot: TagSlot
    }

    /// By ascending id, the starred tag first.
    private(set) var entries = [Entry(id: .starred, name: "星标组", slot: 0)]
    /// The id that the next new tag gets; no id at or above it was ever used.
    private(set) var nextID = TagID.firstCreated

    func slot(of id: TagID) -> TagSlot? {
        entries.first { $0.id == id }?.slot
    }

    func id(of slot: TagSlot) -> TagID? {
        entries.first { $0.slot == slot }?.id
    }

    /// Judges a new tag and returns the entry it would have.
    func propose(named name: String, id: TagID?, limits: Limits) throws(Refusal) -> Entry {
        guard entries.count - 1 < limits.tagsPerAccount else {
            throw Refusal(.tooManyTags, "the account has \(limits.tagsPerAccount) tags already, which is the limit")
        }
        guard !name.isEmpty else { throw Refusal(.invalidTagName, "the name of the tag is empty") }
        guard !entries.contains(where: { $0.name == name }) else {
            throw Refusal(.invalidTagName, "the account already has a tag named \(Refusal.quoted(name))")
        }
        guard name.utf8.count <= limits.tagNameBytes else {
            throw Refusal(
                .tagNameTooLong, "the name takes \(name.utf8.count) bytes of UTF-8; the limit is \(limits.tagNameBytes)"
            )
        }
        let id = id ?? nextID
        guard id >= .firstCreated, slot(of: id) == nil else {
            throw Refusal(.invalidTagName, "the tag id \(id) is taken")
        }
        let taken = Set(entries.map(\.slot))
        guard let slot = (1..<TagSlot(TagWord.slots)).first(where: { !taken.contains($0) }) else {
            throw Refusal(.tooManyTags, "the account has no room for another tag")
        }
        return Entry(id: id, name: name, slot: slot)
    }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        entries.sort { $0.id < $1.id }
        reserve(through: entry.id)
    }

    /// Makes sure that no id up to this one is handed out.
    mutating func reserve(through id: TagID) {
        nextID = max(nextID, TagID(id.rawValue + 1))
    }
}
