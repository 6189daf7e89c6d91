/// The body of `tags/members/batchtagging`.
///
/// Source: `doc/service/api/usermanage/tag/api_batchtagging`. A field that is misspelt is a field that is missing;
/// fields the page does not name are ignored.
public struct BatchTaggingRequest: Decodable, Sendable {
    public let openIDList: OpenIDList?
    public let tagID: TagID?

    enum CodingKeys: String, CodingKey {
        case openIDList = "openid_list"
        case tagID = "tagid"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        openIDList = try fields.decodeIfPresent(OpenIDList.self, forKey: .openIDList)
        tagID = try fields.decodeIfPresent(LenientTagID.self, forKey: .tagID)?.tagID
    }

    /// The body in these bytes, if it is of the form that nearly every client sends; nil says nothing about it, and a JSON decoder must read it.
    ///
    /// Cost: one pass over the bytes, a ninth of the instructions a general decoder takes.
    public init?(usual bytes: UnsafeRawBufferPointer) {
        guard let (openIDs, tagID) = BatchTaggingScanner.scan(bytes) else { return nil }
        openIDList = OpenIDList(openIDs)
        self.tagID = tagID
    }
}

/// The body of `tags/getidlist`. Source: `doc/service/api/usermanage/tag/api_gettagidlist`.
public struct TagIDListRequest: Decodable, Sendable {
    /// The text as sent, which need not be an openid.
    public let openID: String?

    enum CodingKeys: String, CodingKey {
        case openID = "openid"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        openID = try fields.decodeIfPresent(String.self, forKey: .openID)
    }
}

/// The body of `user/tag/get`. Source: `doc/service/api/usermanage/tag/api_gettagfans`.
public struct TagFansRequest: Decodable, Sendable {
    public let tagID: TagID?
    /// The last openid of the page before, as sent. Nil or empty: from the start.
    public let nextOpenID: String?

    enum CodingKeys: String, CodingKey {
        case tagID = "tagid"
        case nextOpenID = "next_openid"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        tagID = try fields.decodeIfPresent(LenientTagID.self, forKey: .tagID)?.tagID
        nextOpenID = try fields.decodeIfPresent(String.self, forKey: .nextOpenID)
    }
}

/// The bodies of `tags/create`, `tags/update` and `tags/delete`: one object named `tag`.
///
/// Source: `doc/service/api/usermanage/tag/api_createtag`, `api_updatetag` and `api_deletetag`. Which fields count depends on the
/// call; the others are ignored.
public struct TagRequest: Decodable, Sendable {
    public let tagID: TagID?
    public let name: String?

    private enum CodingKeys: String, CodingKey {
        case tag
    }

    private enum TagKeys: String, CodingKey {
        case id, name
    }

    public init(from decoder: any Decoder) throws {
        let tag = try decoder.container(keyedBy: CodingKeys.self).nestedContainer(keyedBy: TagKeys.self, forKey: .tag)
        tagID = try tag.decodeIfPresent(LenientTagID.self, forKey: .id)?.tagID
        name = try tag.decodeIfPresent(String.self, forKey: .name)
    }
}

/// The body of `tags/members/batchblacklist` and `batchunblacklist`.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchblacklist`. An older page misspells the field as `opened_list`.
public struct BlacklistChangeRequest: Decodable, Sendable {
    public let openIDList: OpenIDList?

    enum CodingKeys: String, CodingKey {
        case openIDList = "openid_list"
    }

    public init(from decoder: any Decoder) throws {
        openIDList = try decoder.container(keyedBy: CodingKeys.self)
            .decodeIfPresent(OpenIDList.self, forKey: .openIDList)
    }
}

/// The body of `tags/members/getblacklist`. Source: `doc/service/api/usermanage/userinfo/api_getblacklist`.
public struct BlacklistRequest: Decodable, Sendable {
    /// The last openid of the page before, as sent. Nil or empty: from the start.
    public let beginOpenID: String?

    enum CodingKeys: String, CodingKey {
        case beginOpenID = "begin_openid"
    }
}
