/// A request that names a tag and followers: `{"openid_list":["o…","o…"],"tagid":134}`.
///
/// Reading ignores every field with a name other than `openid_list` and `tagid`, so a field with a misspelt name counts
/// as missing.
public struct TaggingRequest: JSONRequest {
    /// The openids as the client sent them; nil if the list is missing.
    public let openIDList: OpenIDList?
    /// The tag's id; nil if the field is missing.
    ///
    /// Reading also accepts a decimal string, or a number such as `134.0`.
    public let tagID: TagID?

    /// Makes the request for a tag and at most ``Limits/openIDsPerCall`` followers.
    public init(_ openIDs: [OpenID], tagID: TagID) {
        openIDList = OpenIDList(openIDs)
        self.tagID = tagID
    }

    private enum CodingKeys: String, CodingKey {
        case openIDList = "openid_list"
        case tagID = "tagid"
    }

    /// Reads the request from a JSON object.
    ///
    /// - Parameter decoder: holds the JSON object.
    /// - Throws: `DecodingError` if `openid_list` is not an array of texts, or `tagid` is not a whole number.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        openIDList = try fields.decodeIfPresent(OpenIDList.self, forKey: .openIDList)
        tagID = try fields.decodeIfPresent(LenientTagID.self, forKey: .tagID)?.tagID
    }

    /// Reads the request from the bytes of a body, if the body has the form that nearly every client sends.
    ///
    /// Returns nil for any other body, valid or not; the caller must then use a JSON decoder. Makes one pass over the
    /// bytes, and needs a ninth of the instructions of a general decoder.
    public init?(usual bytes: UnsafeRawBufferPointer) {
        guard let (openIDs, tagID) = BatchTaggingScanner.scan(bytes) else { return nil }
        openIDList = OpenIDList(openIDs)
        self.tagID = tagID
    }

    /// Reads the request from `body`, and ignores the query.
    ///
    /// Tries ``init(usual:)`` first, and uses a JSON decoder only if the result is nil.
    ///
    /// - Parameters:
    ///   - query: not used.
    ///   - body: the body, which must not be empty.
    /// - Throws: the error of `body`, if the body is empty or is not a JSON object, or if ``init(from:)`` throws.
    public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
        if let usual = body.withBytes({ Self(usual: $0) }) {
            self = usual
        } else {
            self = try body.decode(Self.self)
        }
    }

    /// The tag that the call is about, equal to ``tagID``.
    public var tag: TagID? { tagID }

    /// The request as JSON, without the first entry that is not an openid and the entries after it.
    ///
    /// This property does not use an encoder, because a bulk run makes millions of requests.
    public var body: [UInt8] {
        var json = JSONText(capacity: 1700)
        json.object { fields in
            if let openIDList {
                fields.field("openid_list") { json in json.array(openIDList.openIDs) { $1.openID($0) } }
            }
            if let tagID { fields.field("tagid", tagID.rawValue) }
        }
        return json.bytes
    }

    /// Writes the request as a JSON object, without the fields that are nil.
    ///
    /// - Parameter encoder: receives the JSON object.
    /// - Throws: the error of `encoder`.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(openIDList, forKey: .openIDList)
        try fields.encodeIfPresent(tagID.map(LenientTagID.init), forKey: .tagID)
    }
}

/// Puts one tag on up to ``Limits/openIDsPerCall`` followers.
///
/// It is no error if a follower already carries the tag, so a client can repeat the call without harm. Tagline changes
/// all followers of a call or none of them. The platform sometimes changes only some of the followers, and then answers
/// ``ErrorCode/someOpenIDsFailed``. A fault rule can make Tagline do the same.
///
/// The server can refuse the call with:
///
/// - ``ErrorCode/invalidOpenIDListSize`` for a list that is empty or too long;
/// - ``ErrorCode/invalidTagID`` for an unknown tag;
/// - ``ErrorCode/invalidOpenID``, ``ErrorCode/openIDOfAnotherAccount`` or ``ErrorCode/unsubscribed`` for a user who
///   does not follow the account;
/// - ``ErrorCode/concurrentChange`` if another call is changing one of the followers;
/// - ``ErrorCode/tooManyTagsOnUser`` if a follower would carry too many tags.
///
/// Source: `doc/service/api/usermanage/tag/api_batchtagging`.
public enum BatchTagging: APICall {
    /// The request: `{"openid_list":["o…","o…"],"tagid":134}`.
    public typealias Request = TaggingRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/tags/members/batchtagging`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "batchTagging", method: .post, path: "/cgi-bin/tags/members/batchtagging", access: .certifiedAccount,
        cloudName: "officialAccount.tags.batchTagging", quota: .init(perDay: 100_000),
        documentation: "doc/service/api/usermanage/tag/api_batchtagging")
}

/// Takes one tag off up to ``Limits/openIDsPerCall`` followers.
///
/// It is no error if a follower does not carry the tag, so a client can repeat the call without harm. The server can
/// refuse the call with the same codes as ``BatchTagging``, except ``ErrorCode/tooManyTagsOnUser``.
///
/// Source: `doc/service/api/usermanage/tag/api_batchuntagging`.
public enum BatchUntagging: APICall {
    /// The request: `{"openid_list":["o…","o…"],"tagid":134}`.
    public typealias Request = TaggingRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/tags/members/batchuntagging`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "batchUntagging", method: .post, path: "/cgi-bin/tags/members/batchuntagging", access: .certifiedAccount,
        cloudName: "officialAccount.tags.batchUntagging", quota: .init(perDay: 100_000),
        documentation: "doc/service/api/usermanage/tag/api_batchuntagging")
}
