/// A tag of an account.
package struct TagInfo: AdminShape, Hashable {
    package var id: Int
    package var name: String
    /// The number of followers who carry the tag.
    package var count: Int

    package init(id: Int, name: String, count: Int) {
        self.id = id
        self.name = name
        self.count = count
    }

    package static var examples: [TagInfo] { [TagInfo(id: 134, name: "广东", count: 3)] }
}

/// Every tag of an account.
package struct TagList: AdminShape, Hashable {
    package var tags: [TagInfo]

    package init(tags: [TagInfo]) {
        self.tags = tags
    }

    package static var examples: [TagList] {
        [TagList(tags: [TagInfo(id: 2, name: "星标组", count: 0)] + TagInfo.examples)]
    }
}

/// A tag with its new name.
package struct RenamedTag: AdminShape, Hashable {
    package var id: Int
    package var name: String

    package init(id: Int, name: String) {
        self.id = id
        self.name = name
    }

    package static var examples: [RenamedTag] { [RenamedTag(id: 134, name: "深圳")] }
}

/// The tag that a request deleted.
package struct DeletedTag: AdminShape, Hashable {
    package var id: Int

    package init(id: Int) {
        self.id = id
    }

    package static var examples: [DeletedTag] { [DeletedTag(id: 134)] }
}

/// The body of a request that creates or renames a tag.
package struct TagWish: Codable, Sendable, Hashable {
    package var name: String

    package init(name: String) {
        self.name = name
    }
}
