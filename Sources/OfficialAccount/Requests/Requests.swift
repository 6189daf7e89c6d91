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
        openIDList = try fields.decodePresent(OpenIDList.self, forKey: .openIDList)
        tagID = try fields.decodePresent(LenientTagID.self, forKey: .tagID)?.tagID
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
        openID = try fields.decodePresent(String.self, forKey: .openID)
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
        tagID = try fields.decodePresent(LenientTagID.self, forKey: .tagID)?.tagID
        nextOpenID = try fields.decodeIfPresent(String.self, forKey: .nextOpenID)
    }
}

/// The body of `stable_token`. Source: `doc/service/api/base/api_getstableaccesstoken`.
public struct StableTokenRequest: Decodable, Sendable {
    public let grantType: String?
    public let appID: String?
    public let secret: String?
    public let forceRefresh: Bool?

    enum CodingKeys: String, CodingKey {
        case grantType = "grant_type"
        case appID = "appid"
        case secret
        case forceRefresh = "force_refresh"
    }
}

extension KeyedDecodingContainer {
    /// The value, nil if the key is absent; a `null` is a value of the wrong type.
    fileprivate func decodePresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        contains(key) ? try decode(type, forKey: key) : nil
    }
}
