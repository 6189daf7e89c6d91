/// Lists the tags that one follower carries.
///
/// Source: `doc/service/api/usermanage/tag/api_gettagidlist`.
public enum GetTagIDList: APICall {
    public struct Request: JSONRequest {
        /// The text as sent, which need not be an openid; nil if it is missing.
        public let openID: String?

        public init(openID: OpenID) {
            self.openID = "\(openID)"
        }

        private enum CodingKeys: String, CodingKey { case openID = "openid" }
    }

    public struct Response: CallAnswer, Hashable {
        public let tagIDs: [TagID]
        /// How many entries of the list are not numbers; they are left out.
        public let passedOver: Int

        public init(tagIDs: [TagID]) {
            self.tagIDs = tagIDs
            passedOver = 0
        }

        private enum CodingKeys: String, CodingKey { case tagIDs = "tagid_list" }

        public init(from decoder: any Decoder) throws {
            let entries = try decoder.container(keyedBy: CodingKeys.self)
                .decode(LenientArray<LenientNumber>.self, forKey: .tagIDs)
            tagIDs = entries.elements.map { TagID($0.value) }
            passedOver = entries.passedOver
        }

        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("tagid_list") { json in
                    json.array(tagIDs) { $1.number($0.rawValue) }
                }
            }
        }
    }

    public static let endpoint = Endpoint(
        name: "getTagidList", method: .post, path: "/cgi-bin/tags/getidlist", access: .certifiedAccount,
        cloudName: "officialAccount.tags.getUserTagList",
        documentation: "doc/service/api/usermanage/tag/api_gettagidlist")
}
