/// The profile of a user who follows the account now or followed it earlier.
///
/// The JSON of a follower is `{"subscribe":1,"openid":"o…","subscribe_time":…,"remark":"…","tagid_list":[134],…}`. The
/// JSON of any other user is `{"subscribe":0,"openid":"o…"}`. Reading ignores nickname, avatar and place, because the
/// platform has sent these fields empty since December 2021.
///
/// Source: `doc/service/api/usermanage/userinfo/api_userinfo`.
public struct FollowerProfile: CallAnswer, Hashable {
    /// The part of a profile that only present followers have.
    public struct Following: Sendable, Hashable {
        /// When the user last began to follow the account, in Unix seconds; 0 if the answer omits the time.
        public let since: Int64
        /// The account's remark about the user, at most ``Limits/remarkBytes`` bytes of UTF-8; empty if there is no
        /// remark.
        public let remark: String
        /// The ids of the user's tags, in the order of the answer; empty if the user has no tag.
        public let tagIDs: [TagID]

        /// Makes this part of a profile.
        public init(since: Int64, remark: String, tagIDs: [TagID]) {
            self.since = since
            self.remark = remark
            self.tagIDs = tagIDs
        }
    }

    /// The user's openid for this account.
    public let openID: OpenID
    /// The part for a present follower; nil for a user who does not follow.
    public let following: Following?

    /// Makes the profile of a user; `following` is nil for a user who does not follow.
    public init(openID: OpenID, following: Following?) {
        self.openID = openID
        self.following = following
    }

    private enum CodingKeys: String, CodingKey {
        case subscribe, openid, remark
        case since = "subscribe_time"
        case tagIDs = "tagid_list"
    }

    /// Reads a profile; missing fields of a follower are empty or 0.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `openid` is not an openid, or `subscribe` is missing or is not a whole number.
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

    /// Writes the profile with all fields of the platform's answer.
    ///
    /// A field that Tagline does not know is empty or has a fixed value.
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

/// Returns the profile of one user.
///
/// If the user no longer follows the account, the call succeeds, and ``FollowerProfile/following`` is nil. The server
/// can refuse the call with ``ErrorCode/invalidOpenID``, or with ``ErrorCode/openIDOfAnotherAccount`` if the user
/// follows only another account.
///
/// Source: `doc/service/api/usermanage/userinfo/api_userinfo`.
public enum UserInfo: APICall {
    /// The request, in the query: `openid=o…`.
    public struct Request: CallRequest {
        /// The text that the client sent as the openid, valid or not; nil if the parameter is missing.
        public let openID: String?

        /// Makes the request for the profile of one user.
        public init(openID: OpenID) {
            self.openID = "\(openID)"
        }

        /// Reads `openid` from the query, and ignores the body.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            openID = query("openid")
        }

        /// The parameter `openid`; empty if ``openID`` is nil.
        public var query: [(name: String, value: String)] { openID.map { [(name: "openid", value: $0)] } ?? [] }
    }

    /// The answer: the user's profile.
    public typealias Response = FollowerProfile

    /// `GET /cgi-bin/user/info`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "userInfo", method: .get, path: "/cgi-bin/user/info", access: .certifiedAccount,
        quota: .init(perDay: 5_000_000), documentation: "doc/service/api/usermanage/userinfo/api_userinfo")
}

/// Returns the profiles of up to ``Limits/usersPerInfoCall`` users.
///
/// The server can refuse the call with ``ErrorCode/invalidOpenIDListSize``, ``ErrorCode/invalidOpenID`` or
/// ``ErrorCode/openIDOfAnotherAccount``.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchuserinfo`.
public enum BatchUserInfo: APICall {
    /// The request: `{"user_list":[{"openid":"o…"},{"openid":"o…"}]}`.
    public struct Request: JSONRequest {
        private struct User: Codable, Sendable, Hashable {
            /// The text that the client sent as the openid, valid or not.
            let openID: String

            enum CodingKeys: String, CodingKey { case openID = "openid" }
        }

        private let users: [User]?

        private enum CodingKeys: String, CodingKey { case users = "user_list" }

        /// Makes the request for the profiles of these users, at most ``Limits/usersPerInfoCall``.
        public init(openIDs: [OpenID]) {
            users = openIDs.map { User(openID: "\($0)") }
        }

        /// The texts that the client sent as openids, valid or not; empty if the list is missing.
        public var openIDs: [String] { users?.map(\.openID) ?? [] }
    }

    /// The answer: `{"user_info_list":[{"subscribe":1,"openid":"o…",…},…]}`.
    public struct Response: CallAnswer, Hashable {
        /// The profiles in the order of the answer, which is also the order of the request.
        public let profiles: [FollowerProfile]
        /// The number of entries that reading left out because they are not profiles.
        public let passedOver: Int

        /// Makes the answer with these profiles.
        public init(profiles: [FollowerProfile]) {
            self.profiles = profiles
            passedOver = 0
        }

        private enum CodingKeys: String, CodingKey { case profiles = "user_info_list" }

        /// Reads the answer.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `user_info_list` is missing or is not an array.
        public init(from decoder: any Decoder) throws {
            let entries = try decoder.container(keyedBy: CodingKeys.self)
                .decode(LenientArray<FollowerProfile>.self, forKey: .profiles)
            profiles = entries.elements
            passedOver = entries.passedOver
        }

        /// Writes `user_info_list` with each profile.
        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("user_info_list") { json in
                    json.array(profiles) { $0.write(to: &$1) }
                }
            }
        }
    }

    /// `POST /cgi-bin/user/info/batchget`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "batchUserInfo", method: .post, path: "/cgi-bin/user/info/batchget", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchuserinfo")
}
