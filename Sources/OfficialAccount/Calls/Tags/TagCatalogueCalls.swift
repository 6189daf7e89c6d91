// The calls that create, list, rename and delete the tags of an account.

/// One tag of an account.
public struct Tag: Sendable, Hashable {
    /// The tag's id: ``TagID/firstCreated`` or above for a tag of the account, ``TagID/starred`` for the platform's own
    /// tag.
    public let id: TagID
    /// The tag's name, at most ``Limits/tagNameBytes`` bytes of UTF-8.
    ///
    /// Two tags of an account never have the same name.
    public let name: String
    /// The number of followers that carry the tag.
    ///
    /// On the platform, this number can be wrong for hours after many changes.
    public let count: Int
    /// Whether the answer has the count.
    ///
    /// If it has no count, ``count`` is 0.
    package var isCounted = true

    /// Makes the description of a tag, but does not create the tag.
    public init(id: TagID, name: String, count: Int) {
        self.id = id
        self.name = name
        self.count = count
    }

    /// Compares the public properties of two tags.
    public static func == (one: Tag, other: Tag) -> Bool {
        one.id == other.id && one.name == other.name && one.count == other.count
    }

    /// Hashes the public properties of the tag.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(name)
        hasher.combine(count)
    }
}

/// A request about one tag, in an object named `tag`: `{"tag":{"id":134,"name":"广东"}}`.
///
/// Each call uses only the fields that it needs.
public struct TagRequest: JSONRequest {
    private struct Fields: Codable, Sendable, Hashable {
        let id: LenientTagID?
        let name: String?
    }

    // A body without the object `tag` is a format error, so this property is not optional.
    private let fields: Fields

    private enum CodingKeys: String, CodingKey { case fields = "tag" }

    /// Makes the request, and leaves out a field that is nil.
    public init(id: TagID? = nil, name: String? = nil) {
        fields = Fields(id: id.map(LenientTagID.init), name: name)
    }

    /// The tag's id; nil if the field is missing.
    public var tagID: TagID? { fields.id?.tagID }
    /// The name that a new or renamed tag gets, as the client sent it; nil if the field is missing.
    public var name: String? { fields.name }
    /// The tag that the call is about, equal to ``tagID``.
    public var tag: TagID? { tagID }
}

/// Creates a tag with a name.
///
/// The server can refuse the call with ``ErrorCode/tooManyTags``, ``ErrorCode/invalidTagName`` or
/// ``ErrorCode/tagNameTooLong``. If a client does not know the outcome of a call and repeats the call, the second call
/// can fail because the first call created the tag.
///
/// Source: `doc/service/api/usermanage/tag/api_createtag`.
public enum CreateTag: APICall {
    /// The request: `{"tag":{"name":"广东"}}`; the call ignores an id.
    public typealias Request = TagRequest

    /// The answer, the new tag without a count: `{"tag":{"id":134,"name":"广东"}}`.
    public struct Response: CallAnswer, Hashable {
        /// The id that the platform gave the tag: ``TagID/firstCreated`` or above.
        public let id: TagID
        /// The name of the tag; empty if the answer omits it.
        public let name: String

        /// Makes the answer for a new tag.
        public init(id: TagID, name: String) {
            self.id = id
            self.name = name
        }

        private enum CodingKeys: String, CodingKey { case tag }
        private enum TagKeys: String, CodingKey { case id, name }

        /// Reads the answer.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `tag.id` is missing or is not a whole number.
        public init(from decoder: any Decoder) throws {
            let tag = try decoder.container(keyedBy: CodingKeys.self)
                .nestedContainer(keyedBy: TagKeys.self, forKey: .tag)
            id = TagID(try tag.decode(LenientNumber.self, forKey: .id).value)
            name = (try? tag.decodeIfPresent(LenientText.self, forKey: .name))?.value ?? ""
        }

        /// Writes the object `tag` with `id` and `name`.
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

    /// `POST /cgi-bin/tags/create`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "createTag", method: .post, path: "/cgi-bin/tags/create", access: .certifiedAccount,
        cloudName: "officialAccount.tags.create", isRepeatable: false, quota: .init(perDay: 1000),
        documentation: "doc/service/api/usermanage/tag/api_createtag")
}

/// Lists every tag of the account, with the number of followers that carry the tag.
///
/// Source: `doc/service/api/usermanage/tag/api_gettags`.
public enum GetTags: APICall {
    /// The request has no parameters.
    public typealias Request = NoRequest

    /// The answer: `{"tags":[{"id":2,"name":"星标组","count":0},…]}`.
    public struct Response: CallAnswer, Hashable {
        /// The tags in the order of the answer, including ``TagID/starred``.
        ///
        /// Reading fits each count into the range from 0 to the largest 32-bit number.
        public let tags: [Tag]
        /// The number of entries that reading left out because they have no id.
        public let passedOver: Int

        /// Makes the answer with these tags.
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
                let count = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .count))?.value
                var tag = Tag(
                    id: TagID(try fields.decode(LenientNumber.self, forKey: .id).value),
                    name: (try? fields.decodeIfPresent(LenientText.self, forKey: .name))?.value ?? "",
                    count: min(max(count ?? 0, 0), Int(Int32.max)))
                tag.isCounted = count != nil
                self.tag = tag
            }
        }

        /// Reads the answer; a missing name is empty, and a missing count is 0.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `tags` is missing or is not an array.
        public init(from decoder: any Decoder) throws {
            let entries = try decoder.container(keyedBy: CodingKeys.self)
                .decode(LenientArray<Entry>.self, forKey: .tags)
            tags = entries.elements.map(\.tag)
            passedOver = entries.passedOver
        }

        /// Writes `tags` with the `id`, `name` and `count` of each tag.
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

    /// `GET /cgi-bin/tags/get`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "getTags", method: .get, path: "/cgi-bin/tags/get", access: .certifiedAccount,
        cloudName: "officialAccount.tags.get", quota: .init(perDay: 1000),
        documentation: "doc/service/api/usermanage/tag/api_gettags")
}

/// Renames a tag.
///
/// The server can refuse the call with ``ErrorCode/reservedTag``, ``ErrorCode/invalidTagID``,
/// ``ErrorCode/invalidTagName`` or ``ErrorCode/tagNameTooLong``.
///
/// Source: `doc/service/api/usermanage/tag/api_updatetag`.
public enum UpdateTag: APICall {
    /// The request: `{"tag":{"id":134,"name":"广东人"}}`.
    public typealias Request = TagRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/tags/update`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "updateTag", method: .post, path: "/cgi-bin/tags/update", access: .certifiedAccount,
        cloudName: "officialAccount.tags.update", quota: .init(perDay: 1000),
        documentation: "doc/service/api/usermanage/tag/api_updatetag")
}

/// Deletes a tag, and takes the tag off every follower that carries it.
///
/// The server can refuse the call with ``ErrorCode/reservedTag``, ``ErrorCode/invalidTagID`` or
/// ``ErrorCode/tagHasTooManyFans``.
///
/// Source: `doc/service/api/usermanage/tag/api_deletetag`.
public enum DeleteTag: APICall {
    /// The request: `{"tag":{"id":134}}`; the call ignores a name.
    public typealias Request = TagRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/tags/delete`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "deleteTag", method: .post, path: "/cgi-bin/tags/delete", access: .certifiedAccount,
        cloudName: "officialAccount.tags.delete",
        documentation: "doc/service/api/usermanage/tag/api_deletetag")
}
