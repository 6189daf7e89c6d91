import OfficialAccount

/// The table columns, or members of JSON objects, in which a reader looks for followers and their tags.
///
/// The reader ignores the letter case of names. If several names match a wanted name, a name with exactly the same
/// bytes takes precedence.
public struct FollowerColumns: Sendable, Hashable {
    /// The column from which the reader takes tags.
    public enum Tags: Sendable, Hashable {
        /// The reader ignores tags.
        case unread
        /// The reader reads tags from the column `tag`, if there is such a column.
        case usual
        /// The reader reads tags from the column with this name. The file must have this column.
        case named(String)
    }

    /// The name of the openid column. Nil means `openid`, `open_id`, `open-id` or `open id`.
    public var openID: String?
    public var tags: Tags

    public init(openID: String? = nil, tags: Tags = .usual) {
        self.openID = openID
        self.tags = tags
    }

    /// The positions of the wanted columns in a table or an object.
    struct Places: Equatable {
        let openID: Int
        let tags: Int?
    }

    /// Returns whether a cell of a header names the openid column.
    func isOpenID(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return openIDs.contains { NameEnds.trimmed($0).lowercased() == lowered }
    }

    /// The names of the openid column, with the preferred name first.
    private var openIDs: [String] { openID.map { [$0] } ?? Self.usualOpenIDs }

    private static let usualOpenIDs = ["openid", "open_id", "open-id", "open id"]
    private static let usualTags = ["tag"]

    /// Names of columns that probably hold tags.
    private static let tagLike: Set<String> = [
        "tag", "tags", "tag_name", "tag_names", "tagname", "tagnames", "tag name", "tag_id", "tag_ids", "tagid",
        "tagids",
        "tag id", "tagid_list", "tag_list", "taglist", "label", "labels", "标签", "标签名", "标签名称", "标签id", "标签列表",
        "用户标签", "粉丝标签", "標籤", "標籤名稱", "用戶標籤",
    ]

    /// Returns the positions in `names` of the openid column and the tag column; nil if the openid column is missing.
    ///
    /// Throws ``UnusableFile`` if the named tag column is missing, or if several columns match one wanted name.
    func places(in names: [String], of kind: String) throws(UnusableFile) -> Places? {
        guard let openID = try Self.place(openIDs, in: names, kind) else { return nil }
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

    /// Returns the error for a file without an openid column, for which ``places(in:of:)`` returns nil.
    func missingOpenIDs(_ names: [String], _ kind: String) -> UnusableFile {
        .columnMissing(openID ?? "openid", names, kind)
    }

    /// Returns the names of the columns that probably hold tags, but that the reader ignores.
    func unreadTags(in names: [String], besides places: Places) -> [String] {
        names.enumerated().filter { index, name in
            index != places.openID && index != places.tags && Self.tagLike.contains(name.lowercased())
        }.map(\.element)
    }

    /// Returns the position in `names` of the first name in `wanted` that `names` contains; nil if no such name exists.
    private static func place(
        _ wanted: [String], in names: [String], _ kind: String
    ) throws(UnusableFile) -> Int? {
        for wanted in wanted {
            let trimmed = NameEnds.trimmed(wanted)
            let exact = names.indices.filter { names[$0].utf8.elementsEqual(trimmed.utf8) }
            let lowered = trimmed.lowercased()
            let places = exact.isEmpty ? names.indices.filter { names[$0].lowercased() == lowered } : exact
            guard places.count < 2 else { throw .columnTwice(names[places[0]], kind) }
            if let place = places.first { return place }
        }
        return nil
    }
}
