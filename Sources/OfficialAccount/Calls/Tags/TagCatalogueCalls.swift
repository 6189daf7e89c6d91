// The calls that make, list, rename and delete the tags of an account.

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

/// A request about one tag: an object named `tag`. Which of its fields count depends on the call; the others are ignored.
public struct TagRequest: JSONRequest {
    private struct Fields: Codable, Sendable, Hashable {
        let id: LenientTagID?
        let name: String?
    }

    // A body without the object is an error of its form.
    private let fields: Fields

    private enum CodingKeys: String, CodingKey { case fields = "tag" }

    public init(id: TagID? = nil, name: String? = nil) {
        fields = Fields(id: id.map(LenientTagID.init), name: name)
    }

    /// Nil if it is missing.
    public var tagID: TagID? { fields.id?.tagID }
    /// Nil if it is missing.
    public var name: String? { fields.name }
    public var tag: TagID? { tagID }
}

/// Creates a tag with a name.
///
/// Source: `doc/service/api/usermanage/tag/api_createtag`.
public enum CreateTag: APICall {
    public typealias Request = TagRequest

    /// The new tag, without a count.
    public struct Response: CallAnswer, Hashable {
        public let id: TagID
        /// Empty if the answer does not say it.
        public let name: String

        public init(id: TagID, name: String) {
            self.id = id
            self.name = name
        }

        private enum CodingKeys: String, CodingKey { case tag }
        private enum TagKeys: String, CodingKey { case id, name }

        public init(from decoder: any Decoder) throws {
            let tag = try decoder.container(keyedBy: CodingKeys.self)
                .nestedContainer(keyedBy: TagKeys.self, forKey: .tag)
            id = TagID(try tag.decode(LenientNumber.self, forKey: .id).value)
            name = (try? tag.decodeIfPresent(LenientText.self, forKey: .name))?.value ?? ""
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

    public static let endpoint = Endpoint(
        name: "createTag", method: .post, path: "/cgi-bin/tags/create", access: .certifiedAccount,
        cloudName: "officialAccount.tags.create", isRepeatable: false, quota: .init(perDay: 1000),
        documentation: "doc/service/api/usermanage/tag/api_createtag")
}

/// Lists every tag of the account with the number of followers that carry it.
///
/// Source: `doc/service/api/usermanage/tag/api_gettags`.
public enum GetTags: APICall {
    public typealias Request = NoRequest

    public struct Response: CallAnswer, Hashable {
        public let tags: [Tag]
        /// How many entries of the list have no id; they are left out.
        public let passedOver: Int

        public init(tags: [Tag]) {
            self.tags = tags
            passedOver = 0
        }

        private enum CodingKeys: String, CodingKey { case tags }

        private struct Entry: Decodable, Sendable {
            let tag: Tag

            enum CodingKeys: String, CodingKey { case id, name, count }

            init(from decoder: any Decoder) throws {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                let count = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .count))?.value ?? 0
                tag = Tag(
                    id: TagID(try fields.decode(LenientNumber.self, forKey: .id).value),
                    name: (try? fields.decodeIfPresent(LenientText.self, forKey: .name))?.value ?? "",
                    count: min(max(count, 0), Int(Int32.max)))
            }
        }

        public init(from decoder: any Decoder) throws {
            let entries = try decoder.container(keyedBy: CodingKeys.self)
                .decode(LenientArray<Entry>.self, forKey: .tags)
            tags = entries.elements.map(\.tag)
            passedOver = entries.passedOver
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

    public static let endpoint = Endpoint(
        name: "getTags", method: .get, path: "/cgi-bin/tags/get", access: .certifiedAccount,
        cloudName: "officialAccount.tags.get", quota: .init(perDay: 1000),
        documentation: "doc/service/api/usermanage/tag/api_gettags")
}

/// Gives a tag another name.
///
/// Source: `doc/service/api/usermanage/tag/api_updatetag`.
public enum UpdateTag: APICall {
    public typealias Request = TagRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "updateTag", method: .post, path: "/cgi-bin/tags/update", access: .certifiedAccount,
        cloudName: "officialAccount.tags.update", quota: .init(perDay: 1000),
        documentation: "doc/service/api/usermanage/tag/api_updatetag")
}

/// Deletes a tag, and takes it off everyone who carries it.
///
/// Source: `doc/service/api/usermanage/tag/api_deletetag`.
public enum DeleteTag: APICall {
    public typealias Request = TagRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "deleteTag", method: .post, path: "/cgi-bin/tags/delete", access: .certifiedAccount,
        cloudName: "officialAccount.tags.delete",
        documentation: "doc/service/api/usermanage/tag/api_deletetag")
}
