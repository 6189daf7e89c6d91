/// What an account may know of someone who follows it or did: the answer of `user/info`.
///
/// Source: `doc/service/api/usermanage/userinfo/api_userinfo`. Nickname, avatar and place stopped in December 2021; the fields
/// still come, empty.
public struct FollowerProfile: Answer, Hashable {
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

/// The answer of `user/info/batchget`.
public struct FollowerProfileList: Answer, Hashable {
    public let profiles: [FollowerProfile]

    public init(profiles: [FollowerProfile]) {
        self.profiles = profiles
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("user_info_list") { json in
                json.array(profiles) { $0.write(to: &$1) }
            }
        }
    }
}
