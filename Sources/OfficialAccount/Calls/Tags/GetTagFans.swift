/// Gives a page of the followers that carry a tag.
///
/// Source: `doc/service/api/usermanage/tag/api_gettagfans`.
public enum GetTagFans: APICall {
    public struct Request: JSONRequest {
        private let id: LenientTagID?
        /// The last openid of the page before, as sent. Nil or empty: from the start.
        public let nextOpenID: String?

        private enum CodingKeys: String, CodingKey {
            case id = "tagid"
            case nextOpenID = "next_openid"
        }

        public init(tagID: TagID, after openID: OpenID?) {
            id = LenientTagID(tagID)
            nextOpenID = openID.map { "\($0)" } ?? ""
        }

        /// Nil if it is missing.
        public var tagID: TagID? { id?.tagID }
        public var tag: TagID? { tagID }
    }

    /// An empty page is `{"count":0}` and nothing else. Any other page names its last openid as `next_openid`, also when no more will follow.
    public struct Response: CallAnswer, Hashable {
        public let openIDs: [OpenID]
        /// How many entries of the page are not openids; they are left out.
        public let passedOver: Int

        public init(openIDs: [OpenID]) {
            self.openIDs = openIDs
            passedOver = 0
        }

        public init(from decoder: any Decoder) throws {
            (openIDs, passedOver) = try OpenIDPage.read(from: decoder)
        }

        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("count", openIDs.count)
                guard let last = openIDs.last else { return }
                answer.page(openIDs, endingWith: last)
            }
        }
    }

    public static let endpoint = Endpoint(
        name: "getTagFans", method: .post, path: "/cgi-bin/user/tag/get", access: .certifiedAccount,
        cloudName: "officialAccount.tags.getUsers",
        documentation: "doc/service/api/usermanage/tag/api_gettagfans")
}
