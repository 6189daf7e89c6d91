/// A request that names a tag and followers: `{"openid_list":[…],"tagid":134}`.
///
/// A field that is misspelt is a field that is missing; fields the page does not name are ignored.
public struct TaggingRequest: JSONRequest {
    /// Nil if it is missing.
    public let openIDList: OpenIDList?
    /// Nil if it is missing.
    public let tagID: TagID?

    public init(_ openIDs: [OpenID], tagID: TagID) {
        openIDList = OpenIDList(openIDs)
        self.tagID = tagID
    }

    private enum CodingKeys: String, CodingKey {
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

    public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
        if let usual = body.withBytes({ Self(usual: $0) }) {
            self = usual
        } else {
            self = try body.decode(Self.self)
        }
    }

    public var tag: TagID? { tagID }

    /// Written without an encoder: a run makes millions of these.
    public var body: [UInt8] {
        var json = JSONText(capacity: 1700)
        json.object { fields in
            if let openIDList {
                fields.field("openid_list") { json in json.array(openIDList.openIDs) { $1.openID($0) } }
            }
            if let tagID { fields.field("tagid", tagID.rawValue) }
        }
        return json.bytes
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(openIDList, forKey: .openIDList)
        try fields.encodeIfPresent(tagID.map(LenientTagID.init), forKey: .tagID)
    }
}

/// Puts one tag on up to 50 followers, or on none of them.
///
/// Source: `doc/service/api/usermanage/tag/api_batchtagging`.
public enum BatchTagging: APICall {
    public typealias Request = TaggingRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "batchTagging", method: .post, path: "/cgi-bin/tags/members/batchtagging", access: .certifiedAccount,
        cloudName: "officialAccount.tags.batchTagging", quota: .init(perDay: 100_000),
        documentation: "doc/service/api/usermanage/tag/api_batchtagging")
}

/// Takes one tag off up to 50 followers, or off none of them.
///
/// Source: `doc/service/api/usermanage/tag/api_batchuntagging`.
public enum BatchUntagging: APICall {
    public typealias Request = TaggingRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "batchUntagging", method: .post, path: "/cgi-bin/tags/members/batchuntagging", access: .certifiedAccount,
        cloudName: "officialAccount.tags.batchUntagging", quota: .init(perDay: 100_000),
        documentation: "doc/service/api/usermanage/tag/api_batchuntagging")
}
