import OfficialAccount

/// A page of openids.
public struct OpenIDPage: Decodable, Sendable, Hashable {
    public let openIDs: [OpenID]
    /// How many there are in all, where the call tells.
    public let total: Int?

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
        total = try page.decodeIfPresent(Int.self, forKey: .total)
        guard page.contains(.data) else {
            openIDs = []
            return
        }
        let data = try page.nestedContainer(keyedBy: DataKeys.self, forKey: .data)
        let texts = try data.decodeIfPresent([String].self, forKey: .openIDs) ?? []
        openIDs = try texts.map { text in
            guard let openID = OpenID(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .openIDs, in: data, debugDescription: "not an openid")
            }
            return openID
        }
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

    /// Sets the remark of a follower; empty takes it away. Throws 40092, 43004, 40003 or 49003.
    public func setRemark(_ remark: String, of openID: OpenID) async throws(CallFailure) {
        let body = RequestBody { body in
            body.field("openid") { $0.openID(openID) }
            body.field("remark", remark)
        }
        try await caller.command(APICall(.updateRemark, body: body.bytes))
    }
}
