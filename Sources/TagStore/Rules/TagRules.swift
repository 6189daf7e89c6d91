public import OfficialAccount

/// The rules for changes of an account's tags. They use no storage.
public enum TagRules {
    /// Throws 45056, 45157 or 45158 if a new tag may not have this name and this id.
    ///
    /// - Parameter tags: the account's tags, including the starred one.
    public static func judgeNew(
        _ id: TagID, named name: String, among tags: some Sequence<(id: TagID, name: String)>, limits: Limits
    ) throws(Refusal) {
        var created = 0
        var isTaken = false
        for tag in tags {
            created += tag.id == .starred ? 0 : 1
            isTaken = isTaken || tag.id == id
        }
        guard created < limits.tagsPerAccount else {
            throw Refusal(.tooManyTags, "the account has \(limits.tagsPerAccount) tags already, which is the limit")
        }
        try judge(name, for: nil, among: tags, limits: limits)
        guard id.rawValue <= NumberRanges.tagID.upperBound else {
            throw Refusal(.tooManyTags, "the account has used every tag id up to \(NumberRanges.tagID.upperBound)")
        }
        guard id >= .firstCreated, !isTaken else {
            throw Refusal(.invalidTagName, "the tag id \(id) is taken")
        }
    }

    /// Throws 45157 or 45158 if a tag may not have this name.
    ///
    /// This function compares names by their bytes, so two names that Unicode calls equivalent are different.
    ///
    /// - Parameter own: the tag that gets the name; nil for a new tag.
    public static func judge(
        _ name: String, for own: TagID?, among tags: some Sequence<(id: TagID, name: String)>, limits: Limits
    ) throws(Refusal) {
        guard !name.isEmpty else { throw Refusal(.invalidTagName, "the name of the tag is empty") }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }),
            name.contains(where: { !$0.isWhitespace })
        else {
            throw Refusal(.invalidTagName, "the name of the tag holds a control character, or nothing but blanks")
        }
        guard !tags.contains(where: { $0.name.hasSameBytes(as: name) && $0.id != own }) else {
            throw Refusal(.invalidTagName, "the account already has a tag named \(Refusal.quoted(name))")
        }
        guard name.utf8.count <= limits.tagNameBytes else {
            throw Refusal(
                .tagNameTooLong,
                "the name takes \(name.utf8.count) bytes of UTF-8; the limit is \(limits.tagNameBytes)")
        }
    }

    /// Throws 45058 for a reserved tag, which no account may rename or delete.
    public static func judgeModifiable(_ id: TagID) throws(Refusal) {
        guard !id.isReserved else { throw .reservedTag(id) }
    }

    /// Throws 45057 if too many followers carry a tag that the account wants to delete.
    public static func judgeDeletion(of id: TagID, carriers: Int, limits: Limits) throws(Refusal) {
        let limit = limits.followersOfDeletableTag
        guard carriers <= limit else {
            throw Refusal(
                .tagHasTooManyFans, "\(carriers) followers carry tag \(id); untag some until \(limit) are left")
        }
    }
}

extension OpenIDList {
    /// Returns the list if its size is allowed. Otherwise throws 40032.
    public static func judged(_ list: OpenIDList?, limit: Int) throws(Refusal) -> OpenIDList {
        guard let list else { throw .listMissing(limit: limit) }
        // A limit from an old file could be below 1. A range from 1 to such a limit would trap, so the code compares
        // twice.
        guard list.count >= 1, list.count <= limit else { throw .listSize(list.count, limit: limit) }
        return list
    }
}
