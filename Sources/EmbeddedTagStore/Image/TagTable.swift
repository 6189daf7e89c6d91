import OfficialAccount
import TagStore

/// The tags of one account: for each tag its id, its name and its slot in the followers' tag words (``TagWord``).
struct TagTable: Sendable {
    struct Entry: Sendable {
        let id: TagID
        let name: String
        let slot: TagSlot
    }

    /// The tags in ascending order of id. The starred tag is the first.
    private(set) var entries = [Entry(id: .starred, name: TagID.starredName, slot: 0)]
    /// The slot of each tag, by the id of the tag. Each tagging looks up a slot here.
    private var slots: [TagID: TagSlot] = [.starred: 0]
    /// The id that the next new tag gets. No tag ever had this id or a higher id.
    private(set) var nextID = TagID.firstCreated

    /// The slots that belonged to deleted tags and that some words still contain. Readers ignore these slots.
    private(set) var retired: TagWord = 0

    func slot(of id: TagID) -> TagSlot? {
        slots[id]
    }

    /// Returns the ids of the tags in `word`, ascending.
    func carried(in word: TagWord) -> [TagID] {
        entries.filter { word.carries($0.slot) }.map(\.id)
    }

    func id(of slot: TagSlot) -> TagID? {
        entries.first { $0.slot == slot }?.id
    }

    /// Returns the entry of a tag that callers may rename or delete. Throws 45058 for a reserved tag, and 45159 for an
    /// unknown tag.
    func modifiable(_ id: TagID) throws(Refusal) -> Entry {
        try TagRules.judgeModifiable(id)
        guard let entry = entries.first(where: { $0.id == id }) else { throw .unknownTag(id) }
        return entry
    }

    /// Checks a new name for a tag. Returns the entry that the tag would have with this name.
    func propose(_ name: String, for id: TagID, limits: Limits) throws(Refusal) -> Entry {
        let entry = try modifiable(id)
        try TagRules.judge(name, for: id, among: names, limits: limits)
        return Entry(id: id, name: name, slot: entry.slot)
    }

    /// Checks the id and the name of a new tag. Returns the entry that the tag would have.
    func propose(named name: String, id: TagID?, limits: Limits) throws(Refusal) -> Entry {
        let id = id ?? nextID
        try TagRules.judgeNew(id, named: name, among: names, limits: limits)
        let taken = Set(entries.map(\.slot))
        guard let slot = (1..<TagSlot(TagWord.slots)).first(where: { !taken.contains($0) && !retired.carries($0) })
        else {
            throw Refusal(.tooManyTags, "the account has no room for another tag")
        }
        return Entry(id: id, name: name, slot: slot)
    }

    private var names: some Sequence<(id: TagID, name: String)> { entries.lazy.map { ($0.id, $0.name) } }

    /// Adds a tag, or replaces the tag that has the same id.
    mutating func insert(_ entry: Entry) {
        remove(entry.id)
        entries.append(entry)
        entries.sort { $0.id < $1.id }
        slots[entry.id] = entry.slot
        reserve(before: TagID(entry.id.rawValue.saturatingSum(with: 1)))
    }

    mutating func remove(_ id: TagID) {
        entries.removeAll { $0.id == id }
        slots[id] = nil
    }

    /// Removes a tag and retires its slot, because some words may still contain the slot.
    mutating func retire(_ entry: Entry) {
        remove(entry.id)
        retired.insert(entry.slot)
    }

    /// Frees `slot` for another tag. Call this function when no word contains `slot` any more.
    mutating func endRetirement(of slot: TagSlot) {
        retired.remove(slot)
    }

    /// Returns the number of tags in `word`, without the deleted tags.
    func count(in word: TagWord) -> Int {
        (word & ~retired).nonzeroBitCount
    }

    /// Makes sure that the next new tag gets `id` or a higher id.
    mutating func reserve(before id: TagID) {
        nextID = max(nextID, id)
    }
}
