/// In which columns of a table, or members of JSON objects, a reader looks for followers and their tags.
///
/// A name is found in any letter case. One that has the same bytes comes first.
public struct FollowerColumns: Sendable, Hashable {
    /// Where tags stand.
    public enum Tags: Sendable, Hashable {
        /// Tags are not read.
        case unread
        /// In the column `tag`, if there is one.
        case usual
        /// In the column with this name, which has to be there.
        case named(String)
    }

    /// The column of the openids; nil for `openid`, which may also be written `open_id`, `open-id` or `open id`.
    public var openID: String?
    public var tags: Tags

    public init(openID: String? = nil, tags: Tags = .usual) {
        self.openID = openID
        self.tags = tags
    }

    /// The columns that are looked for, in the places where a table or an object has them.
    struct Places: Equatable {
        let openID: Int
        let tags: Int?
    }

    private static let usualOpenIDs = ["openid", "open_id", "open-id", "open id"]
    private static let usualTags = ["tag"]

    /// What a column is called that may well hold tags.
    private static let tagLike: Set<String> = [
        "tag", "tags", "tag_name", "tag_names", "tagname", "tagnames", "tag name", "tag_id", "tag_ids", "tagid",
        "tagids",
        "tag id", "tagid_list", "tag_list", "taglist", "label", "labels", "标签", "标签名", "标签名称", "标签id", "标签列表",
        "用户标签", "粉丝标签", "標籤", "標籤名稱", "用戶標籤",
    ]

    /// Returns where the columns are; nil if the openids' column is not among them.
    ///
    /// Throws ``UnusableFile`` if the named tag column is missing, or if a name stands for several columns.
    func places(in names: [String], of kind: String) throws(UnusableFile) -> Places? {
        guard let openID = try Self.place(openID.map { [$0] } ?? Self.usualOpenIDs, in: names, kind) else { return nil }
        switch tags {
        case .unread: return Places(openID: openID, tags: nil)
        case .usual: return Places(openID: openID, tags: try Self.place(Self.usualTags, in: names, kind))
        case .named(let name):
            guard let tags = try Self.place([name], in: names, kind) else {
                throw .columnMissing(name, names, kind)
            }
            return Places(openID: openID, tags: tags)
        }
    }

    /// What the file lacks if ``places(in:of:)`` returns nil.
    func missingOpenIDs(_ names: [String], _ kind: String) -> UnusableFile {
        .columnMissing(openID ?? "openid", names, kind)
    }

    /// The columns that look like tags and are not read.
    func unreadTags(in names: [String], besides places: Places) -> [String] {
        names.enumerated().filter { index, name in
            index != places.openID && index != places.tags && Self.tagLike.contains(name.lowercased())
        }.map(\.element)
    }

    /// The place of the first wanted name that is there.
    private static func place(
        _ wanted: [String], in names: [String], _ kind: String
    ) throws(UnusableFile) -> Int? {
        for wanted in wanted {
            let trimmed = Blanks.trimmed(wanted)
            let exact = names.indices.filter { names[$0].utf8.elementsEqual(trimmed.utf8) }
            let lowered = trimmed.lowercased()
            let places = exact.isEmpty ? names.indices.filter { names[$0].lowercased() == lowered } : exact
            guard places.count < 2 else { throw .columnTwice(names[places[0]], kind) }
            if let place = places.first { return place }
        }
        return nil
    }
}
