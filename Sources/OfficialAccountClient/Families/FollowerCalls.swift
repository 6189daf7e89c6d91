import OfficialAccount

/// A page of openids.
public struct OpenIDPage: Decodable, Sendable, Hashable {
    public let openIDs: [OpenID]
    /// How many there are in all, where the call tells.
    public let total: Int?
    /// How many entries of the page are not openids; they are left out.
    public let passedOver: Int

    private enum CodingKeys: String, CodingKey {
        case data
        case total
    }

    private enum DataKeys: String, CodingKey {
        case openIDs = "openid"
    }

    /// The last page has no `data` at all.
    public init(from decoder: any Decoder) throws {
        let page = try decoder.container(keyedBy: CodingKeys.self)
        total = (try? page.decodeIfPresent(LenientNumber.self, forKey: .total))?.value
        guard page.contains(.data), try !page.decodeNil(forKey: .data) else {
            openIDs = []
            passedOver = 0
            return
        }
        let data = try page.nestedContainer(keyedBy: DataKeys.self, forKey: .data)
        let texts = try data.decodeIfPresent(LenientArray<String>.self, forKey: .openIDs)
        openIDs = (texts?.elements ?? []).compactMap { OpenID($0) }
        passedOver = (texts?.passedOver ?? 0) + (texts?.elements.count ?? 0) - openIDs.count
    }
}

/// The calls about followers. Source: `doc/service/api/usermanage/userinfo/`.
public struct FollowerCalls: Sendable {
    let caller: any Caller

    /// A page of everyone who follows, from the one after `openID` on.
    public func list(after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        let query = openID.map { [(name: "next_openid", value: "\($0)")] } ?? []
        return try await caller.answer(to: APICall(.getFans, query: query), as: OpenIDPage.self)
    }

    /// What is known of one follower; nil for one who left. Throws 40003 or 49003.
    public func profile(of openID: OpenID) async throws(CallFailure) -> Profile? {
        let call = APICall(.userInfo, query: [(name: "openid", value: "\(openID)")])
        return try await caller.answer(to: call, as: Entry.self).profile
    }

    /// What is known of up to 100 followers, in order; nil for one who left. Throws 40032, 40003 or 49003.
    public func profiles(of openIDs: [OpenID]) async throws(CallFailure) -> [Profile?] {
        let body = RequestBody { body in
            body.field("user_list") { json in
                json.array(openIDs) { openID, json in json.object { $0.field("openid") { $0.openID(openID) } } }
            }
        }
        return try await caller.answer(to: APICall(.batchUserInfo, body: body.bytes), as: Entries.self)
            .user_info_list.map(\.profile)
    }

    /// A page of the blacklist, from the one after `openID` on.
    public func blacklist(after openID: OpenID? = nil) async throws(CallFailure) -> OpenIDPage {
        let body = RequestBody { body in
            body.field("begin_openid") { json in
                if let openID { json.openID(openID) } else { json.string("") }
            }
        }
        return try await caller.answer(to: APICall(.getBlacklist, body: body.bytes), as: OpenIDPage.self)
    }

    /// Puts up to 20 followers on the blacklist, or none. Throws 40032, 40003, 49003 or 45169.
    public func batchBlacklist(_ openIDs: [OpenID]) async throws(CallFailure) {
        try await caller.command(APICall(.batchBlacklist, body: Self.body(openIDs)))
    }

    /// Takes up to 20 followers off the blacklist, or none. Throws as ``batchBlacklist(_:)`` does.
    public func batchUnblacklist(_ openIDs: [OpenID]) async throws(CallFailure) {
        try await caller.command(APICall(.batchUnblacklist, body: Self.body(openIDs)))
    }

    private static func body(_ openIDs: [OpenID]) -> [UInt8] {
        RequestBody { $0.field("openid_list") { json in json.array(openIDs) { $1.openID($0) } } }.bytes
    }

    /// What is known of someone who follows.
    public struct Profile: Sendable, Hashable {
        public let openID: OpenID
        /// When they followed, in Unix seconds.
        public let since: Int
        public let remark: String
        public let tagIDs: [TagID]
    }

    private struct Entries: Decodable, Sendable {
        let user_info_list: [Entry]
    }

    private struct Entry: Decodable, Sendable {
        let subscribe: LenientNumber
        let openid: String
        let subscribe_time: LenientNumber?
        let remark: LenientText?
        let tagid_list: LenientArray<LenientNumber>?

        var profile: Profile? {
            guard subscribe.value == 1, let openID = OpenID(openid) else { return nil }
            return Profile(
                openID: openID, since: subscribe_time?.value ?? 0, remark: remark?.value ?? "",
                tagIDs: (tagid_list?.elements ?? []).map { TagID($0.value) })
        }
    }

    /// Sets the remark of a follower; empty takes it away. Throws 40092, 43004, 40003 or 49003.
    public func setRemark(_ remark: String, of openID: OpenID) async throws(CallFailure) {
        let body = RequestBody { body in
            body.field("openid") { $0.openID(openID) }
            body.field("remark", remark)
        }
        try await caller.command(APICall(.updateRemark, body: body.bytes))
    }
}
