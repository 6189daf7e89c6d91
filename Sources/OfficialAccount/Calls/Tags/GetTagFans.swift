/// Lists one page of the followers that carry a tag.
///
/// A page holds up to ``Limits/openIDsPerPage`` openids. An empty page ends the list.
///
/// The server can refuse the call with ``ErrorCode/invalidTagID`` for the tag, and with ``ErrorCode/invalidOpenID`` or
/// ``ErrorCode/openIDOfAnotherAccount`` for the cursor.
///
/// Source: `doc/service/api/usermanage/tag/api_gettagfans`.
public enum GetTagFans: APICall {
    /// The request: `{"tagid":134,"next_openid":"o…"}`.
    public struct Request: JSONRequest {
        private let id: LenientTagID?
        /// The last openid of the page before, as sent.
        ///
        /// Nil or empty for the first page. The text need not be an openid.
        public let nextOpenID: String?

        private enum CodingKeys: String, CodingKey {
            case id = "tagid"
            case nextOpenID = "next_openid"
        }

        /// Makes the request for a page of a tag.
        ///
        /// - Parameters:
        ///   - tagID: the tag whose followers the page lists.
        ///   - openID: the last openid of the page before; nil for the first page.
        public init(tagID: TagID, after openID: OpenID?) {
            self.init(tagID: tagID, from: openID.map { "\($0)" })
        }

        /// Makes the request for a page of a tag.
        ///
        /// - Parameters:
        ///   - tagID: the tag whose followers the page lists.
        ///   - cursor: the ``Response/cursor`` of the page before; nil for the first page.
        public init(tagID: TagID, from cursor: String?) {
            id = LenientTagID(tagID)
            nextOpenID = cursor ?? ""
        }

        /// The tag whose followers the page lists; nil if it is missing.
        public var tagID: TagID? { id?.tagID }
        /// The tag that the call is about, equal to ``tagID``.
        public var tag: TagID? { tagID }
    }

    /// The answer: `{"count":2,"data":{"openid":["o…","o…"]},"next_openid":"o…"}`.
    ///
    /// `next_openid` is the last openid of the page, also if no more pages follow. An empty page is `{"count":0}` and
    /// nothing else.
    public struct Response: CallAnswer, Hashable {
        /// The openids of this page, in the order of the answer.
        ///
        /// The page after the last one is empty.
        public let openIDs: [OpenID]
        /// The number of entries that are not openids and that reading left out.
        public let passedOver: Int
        /// The text with which the next page begins: the answer's `next_openid`, or else the last entry of this page.
        ///
        /// The text need not be an openid. Nil if the page has no entries.
        public let cursor: String?

        /// Makes a page with these openids, as a server answers it.
        public init(openIDs: [OpenID]) {
            self.openIDs = openIDs
            passedOver = 0
            cursor = openIDs.last.map { "\($0)" }
        }

        /// Reads a page.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if the answer is not an object, or if it announces openids and no openid can be
        ///   read. A caller would mistake such a page for the end of the list.
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
