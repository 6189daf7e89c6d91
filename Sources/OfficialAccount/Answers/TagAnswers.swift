/// One tag of an account.
public struct Tag: Sendable, Hashable {
    public let id: TagID
    /// Up to 30 bytes of UTF-8.
    public let name: String
    /// How many followers carry it.
    public let count: Int

    public init(id: TagID, name: String, count: Int) {
        self.id = id
        self.name = name
        self.count = count
    }
}

/// The answer of `tags/get`.
public struct TagList: Answer, Hashable {
    public let tags: [Tag]

    public init(tags: [Tag]) {
        self.tags = tags
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("tags") { json in
                json.array(tags) { tag, json in
                    json.object {
                        $0.field("id", tag.id.rawValue)
                        $0.field("name", tag.name)
                        $0.field("count", tag.count)
                    }
                }
            }
        }
    }
}

/// The answer of `tags/getidlist`.
public struct TagIDList: Answer, Hashable {
    public let tagIDs: [TagID]

    public init(tagIDs: [TagID]) {
        self.tagIDs = tagIDs
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("tagid_list") { json in
                json.array(tagIDs) { $1.number($0.rawValue) }
            }
        }
    }
}

/// The answer of `tags/create`: the new tag, without a count.
public struct TagCreated: Answer, Hashable {
    public let id: TagID
    public let name: String

    public init(id: TagID, name: String) {
        self.id = id
        self.name = name
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("tag") { json in
                json.object {
                    $0.field("id", id.rawValue)
                    $0.field("name", name)
                }
            }
        }
    }
}
