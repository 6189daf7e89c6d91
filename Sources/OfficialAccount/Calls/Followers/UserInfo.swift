/// What an account may know of someone who follows it or did.
///
/// Nickname, avatar and place stopped in December 2021; the fields still come, empty.
public struct FollowerProfile: CallAnswer, Hashable {
    /// What is known only of someone who follows at present.
    public struct Following: Sendable, Hashable {
        /// When the latest following began, in Unix seconds.
        public let since: Int64
        /// Up to 30 bytes of UTF-8; empty for none.
        public let remark: String
        public let tagIDs: [TagID]

        public init(since: Int64, remark: String, tagIDs: [TagID]) {
            self.since = since
            self.remark = remark
            self.tagIDs = tagIDs
        }
    }

    public let openID: OpenID
    /// Nil for someone who does not follow.
    public let following: Following?

    public init(openID: OpenID, following: Following?) {
        self.openID = openID
        self.following = following
    }

    private enum CodingKeys: String, CodingKey {
        case subscribe, openid, remark
        case since = "subscribe_time"
        case tagIDs = "tagid_list"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let text = try fields.decode(String.self, forKey: .openid)
        guard let openID = OpenID(text) else {
            throw DecodingError.dataCorruptedError(forKey: .openid, in: fields, debugDescription: "not an openid")
        }
        self.openID = openID
        guard try fields.decode(LenientNumber.self, forKey: .subscribe).value == 1 else {
            following = nil
            return
        }
        let tagIDs = (try? fields.decodeIfPresent(LenientArray<LenientNumber>.self, forKey: .tagIDs))?.elements ?? []
        following = Following(
            since: Int64((try? fields.decodeIfPresent(LenientNumber.self, forKey: .since))?.value ?? 0),
            remark: (try? fields.decodeIfPresent(LenientText.self, forKey: .remark))?.value ?? "",
            tagIDs: tagIDs.map { TagID($0.value) })
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("subscribe", following == nil ? 0 : 1)
            answer.field("openid") { $0.openID(openID) }
            guard let following else { return }
            answer.field("nickname", "")
            answer.field("sex", 0)
            answer.field("language", "zh_CN")
            answer.field("city", "")
            answer.field("province", "")
            answer.field("country", "")
            answer.field("headimgurl", "")
            answer.field("subscribe_time", Int(following.since))
            answer.field("remark", following.remark)
            answer.field("groupid", 0)
            answer.field("tagid_list") { json in
                json.array(following.tagIDs) { $1.number($0.rawValue) }
            }
            answer.field("subscribe_scene", "ADD_SCENE_OTHERS")
            answer.field("qr_scene", 0)
            answer.field("qr_scene_str", "")
        }
    }
}

/// Tells what is known of one follower.
///
/// Source: `doc/service/api/usermanage/userinfo/api_userinfo`.
public enum UserInfo: APICall {
    public struct Request: CallRequest {
        /// The text as sent, which need not be an openid; nil if it is missing.
        public let openID: String?

        public init(openID: OpenID) {
            self.openID = "\(openID)"
        }

        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            openID = query("openid")
        }

        public var query: [(name: String, value: String)] { openID.map { [(name: "openid", value: $0)] } ?? [] }
    }

    public typealias Response = FollowerProfile

    public static let endpoint = Endpoint(
        name: "userInfo", method: .get, path: "/cgi-bin/user/info", access: .certifiedAccount,
        quota: .init(perDay: 5_000_000), documentation: "doc/service/api/usermanage/userinfo/api_userinfo")
}

/// Tells what is known of up to 100 followers.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchuserinfo`.
public enum BatchUserInfo: APICall {
    public struct Request: JSONRequest {
        private struct User: Codable, Sendable, Hashable {
            /// The text as sent, which need not be an openid.
            let openID: String

            enum CodingKeys: String, CodingKey { case openID = "openid" }
        }

        private let users: [User]?

        private enum CodingKeys: String, CodingKey { case users = "user_list" }

        public init(openIDs: [OpenID]) {
            users = openIDs.map { User(openID: "\($0)") }
        }

        /// The texts as sent, which need not be openids; empty if the list is missing.
        public var openIDs: [String] { users?.map(\.openID) ?? [] }
    }

    public struct Response: CallAnswer, Hashable {
        /// In the order of the request.
        public let profiles: [FollowerProfile]
        /// How many entries of the list cannot be read; they are left out.
        public let passedOver: Int

        public init(profiles: [FollowerProfile]) {
            self.profiles = profiles
            passedOver = 0
        }

        private enum CodingKeys: String, CodingKey { case profiles = "user_info_list" }

        public init(from decoder: any Decoder) throws {
            let entries = try decoder.container(keyedBy: CodingKeys.self)
                .decode(LenientArray<FollowerProfile>.self, forKey: .profiles)
            profiles = entries.elements
            passedOver = entries.passedOver
        }

        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("user_info_list") { json in
                    json.array(profiles) { $0.write(to: &$1) }
                }
            }
        }
    }

    public static let endpoint = Endpoint(
        name: "batchUserInfo", method: .post, path: "/cgi-bin/user/info/batchget", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchuserinfo")
}
