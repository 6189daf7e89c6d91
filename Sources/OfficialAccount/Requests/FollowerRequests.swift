/// The body of `user/info/batchget`. Source: `doc/service/api/usermanage/userinfo/api_batchuserinfo`.
public struct BatchUserInfoRequest: Decodable, Sendable {
    public struct User: Decodable, Sendable {
        /// The text as sent, which need not be an openid.
        public let openID: String

        enum CodingKeys: String, CodingKey {
            case openID = "openid"
        }
    }

    public let users: [User]?

    enum CodingKeys: String, CodingKey {
        case users = "user_list"
    }

    public init(from decoder: any Decoder) throws {
        users = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent([User].self, forKey: .users)
    }
}

/// The body of `user/info/updateremark`. Source: `doc/service/api/usermanage/userinfo/api_updateremark`.
public struct UpdateRemarkRequest: Decodable, Sendable {
    /// The text as sent, which need not be an openid.
    public let openID: String?
    public let remark: String?

    enum CodingKeys: String, CodingKey {
        case openID = "openid"
        case remark
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        openID = try fields.decodeIfPresent(String.self, forKey: .openID)
        remark = try fields.decodeIfPresent(String.self, forKey: .remark)
    }
}
