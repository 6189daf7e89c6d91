/// Lists one page of the followers that carry a tag.
///
/// A page holds up to ``Limits/openIDsPerPage`` openids. An empty page ends the list.
///
/// The server can refuse the tag with ``ErrorCode/invalidTagID``, and the cursor with ``ErrorCode/invalidOpenID`` or
/// ``ErrorCode/openIDOfAnotherAccount``.
///
/// Source: `doc/service/api/usermanage/tag/api_gettagfans`.
public enum GetTagFans: APICall {
    /// The request: `{"tagid":134,"next_openid":"o…"}`.
    public struct Request: JSONRequest {
        private let id: LenientTagID?
        /// The last openid of the previous page, as the client sent it.
        ///
        /// The text is nil or empty in a request for the first page. It need not be an openid.
        public let nextOpenID: String?

        private enum CodingKeys: String, CodingKey {
            case id = "tagid"
            case nextOpenID = "next_openid"
        }

        /// Makes the request for one page of a tag's followers.
        ///
        /// - Parameters:
        ///   - tagID: the tag whose followers the page lists.
        ///   - openID: the last openid of the previous page; nil for the first page.
        public init(tagID: TagID, after openID: OpenID?) {
            self.init(tagID: tagID, from: openID.map { "\($0)" })
        }

        /// Makes the request for one page of a tag's followers.
        ///
        /// - Parameters:
        ///   - tagID: the tag whose followers the page lists.
        ///   - cursor: the ``Response/cursor`` of the previous page; nil for the first page.
        public init(tagID: TagID, from cursor: String?) {
            id = LenientTagID(tagID)
            nextOpenID = cursor ?? ""
        }

        /// The tag whose followers the page lists; nil if the field is missing.
        public var tagID: TagID? { id?.tagID }
        /// The tag that the call is about, equal to ``tagID``.
        public var tag: TagID? { tagID }
    }

    /// The answer: `{"count":2,"data":{"openid":["o…","o…"]},"next_openid":"o…"}`.
    ///
    /// `next_openid` is the last openid of the page, even on the last page. An empty page is `{"count":0}` and nothing
    /// else.
    public struct Response: CallAnswer, Hashable {
        /// The openids of this page, in the order of the answer.
        ///
        /// An empty page follows the last page that has openids.
        public let openIDs: [OpenID]
        /// The number of entries that are not openids and that reading left out.
        public let passedOver: Int
        /// The cursor of the next page: the answer's `next_openid`, or the last entry of this page if the answer has no
        /// `next_openid`.
        ///
        /// The text need not be an openid. It is nil if the page has no entries.
        public let cursor: String?

        /// Makes the page that a server sends with these openids.
        public init(openIDs: [OpenID]) {
            self.openIDs = openIDs
            passedOver = 0
            cursor = openIDs.last.map { "\($0)" }
        }

        /// Reads a page.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `count`, `total` and `data` are all missing. Also throws if the answer counts
        ///   openids but contains no openid and no cursor. A caller would mistake such an answer for the end of the
        ///   list.
        public init(from decoder: any Decoder) throws {
            let entries = try OpenIDPage.Entries(from: decoder)
            openIDs = entries.openIDs
            passedOver = entries.passedOver
            cursor = entries.cursor
        }

        /// Writes the page; the last openid becomes `next_openid`.
        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("count", openIDs.count)
                guard let last = openIDs.last else { return }
                answer.page(openIDs, endingWith: last)
            }
        }
    }

    /// `POST /cgi-bin/user/tag/get`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "getTagFans", method: .post, path: "/cgi-bin/user/tag/get", access: .certifiedAccount,
        cloudName: "officialAccount.tags.getUsers",
        documentation: "doc/service/api/usermanage/tag/api_gettagfans")
}
