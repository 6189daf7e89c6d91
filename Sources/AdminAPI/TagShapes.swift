/// A tag of an account.
public struct TagInfo: AdminShape, Hashable {
    public var id: Int
    public var name: String
    /// The number of followers that carry the tag.
    public var count: Int

    public init(id: Int, name: String, count: Int) {
        self.id = id
        self.name = name
        self.count = count
    }

    public static var examples: [TagInfo] { [TagInfo(id: 134, name: "广东", count: 3)] }
}

/// Every tag of an account.
public struct TagList: AdminShape, Hashable {
    public var tags: [TagInfo]

    public init(tags: [TagInfo]) {
        self.tags = tags
    }

    public static var examples: [TagList] {
        [TagList(tags: [TagInfo(id: 2, name: "星标组", count: 0)] + TagInfo.examples)]
    }
}

/// A tag with its new name.
public struct RenamedTag: AdminShape, Hashable {
    public var id: Int
    public var name: String

    public init(id: Int, name: String) {
        self.id = id
        self.name = name
    }

    public static var examples: [RenamedTag] { [RenamedTag(id: 134, name: "深圳")] }
}

/// A tag that an account no longer has.
public struct DeletedTag: AdminShape, Hashable {
    public var id: Int

    public init(id: Int) {
        self.id = id
    }

    public static var examples: [DeletedTag] { [DeletedTag(id: 134)] }
}

/// The body of a request that creates or renames a tag.
public struct TagWish: Codable, Sendable, Hashable {
    public var name: String

    public init(name: String) {
        self.name = name
    }
}
