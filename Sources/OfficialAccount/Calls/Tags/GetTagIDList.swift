/// Lists the tags that one follower carries.
///
/// If the user does not follow the account, the server can refuse the call with ``ErrorCode/invalidOpenID`` or
/// ``ErrorCode/openIDOfAnotherAccount``.
///
/// Source: `doc/service/api/usermanage/tag/api_gettagidlist`.
public enum GetTagIDList: APICall {
    /// The request: `{"openid":"o…"}`.
    public struct Request: JSONRequest {
        /// The text that the client sent as the openid, valid or not; nil if the field is missing.
        public let openID: String?

        /// Makes the request for the tags of one follower.
        public init(openID: OpenID) {
            self.openID = "\(openID)"
        }

        private enum CodingKeys: String, CodingKey { case openID = "openid" }
    }

    /// The answer: `{"tagid_list":[134,2]}`.
    public struct Response: CallAnswer, Hashable {
        /// The ids of the tags, in the order of the answer; empty for a follower without tags.
        ///
        /// The documentation does not say in which order the ids are. Tagline sorts them in ascending order.
        public let tagIDs: [TagID]
        /// The number of entries that reading left out because they are not whole numbers.
        public let passedOver: Int

        /// Makes the answer with these tags.
        public init(tagIDs: [TagID]) {
            self.tagIDs = tagIDs
            passedOver = 0
        }

        private enum CodingKeys: String, CodingKey { case tagIDs = "tagid_list" }

        /// Reads the answer.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `tagid_list` is missing or is not an array.
        public init(from decoder: any Decoder) throws {
            let entries = try decoder.container(keyedBy: CodingKeys.self)
                .decode(LenientArray<LenientNumber>.self, forKey: .tagIDs)
            tagIDs = entries.elements.map { TagID($0.value) }
            passedOver = entries.passedOver
        }

        /// Writes ``tagIDs`` as `tagid_list`.
        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("tagid_list") { json in
                    json.array(tagIDs) { $1.number($0.rawValue) }
                }
            }
        }
    }

    /// `POST /cgi-bin/tags/getidlist`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "getTagidList", method: .post, path: "/cgi-bin/tags/getidlist", access: .certifiedAccount,
        cloudName: "officialAccount.tags.getUserTagList",
        documentation: "doc/service/api/usermanage/tag/api_gettagidlist")
}
