/// One page of a list of followers, with the length of the whole list.
///
/// It is the answer of ``GetFans`` and ``GetBlacklist``:
/// `{"total":2,"count":2,"data":{"openid":["o…","o…"]},"next_openid":"o…"}`. An empty page has no `data`, and an empty
/// `next_openid`.
///
/// Source: `doc/service/api/usermanage/userinfo/api_getfans` and
/// `doc/service/api/usermanage/userinfo/api_getblacklist`.
public struct OpenIDPage: CallAnswer, Hashable {
    /// The number of openids in the whole list.
    ///
    /// If the answer has no `total`, this property is the number of openids in this page.
    public let total: Int
    /// The openids of this page, in the order of the answer.
    ///
    /// The page after the last page is empty.
    public let openIDs: [OpenID]
    /// The number of entries that ``init(from:)`` left out, because they are not openids.
    public let passedOver: Int
    /// The text to send for the next page: the answer's `next_openid`, or the last entry if that field is empty.
    ///
    /// The text need not be an openid. Nil if the page has no entries.
    public let cursor: String?

    /// Makes a page for a server to send.
    ///
    /// - Parameters:
    ///   - total: the number of openids in the whole list.
    ///   - openIDs: the openids of this page.
    public init(total: Int, openIDs: [OpenID]) {
        self.total = total
        self.openIDs = openIDs
        passedOver = 0
        cursor = openIDs.last.map { "\($0)" }
    }

    private enum CodingKeys: String, CodingKey {
        case data, total, count
        case next = "next_openid"
    }
    private enum DataKeys: String, CodingKey { case openIDs = "openid" }

    /// Reads a page.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if the answer is not an object with `count`, `total` or `data`. It also throws if the
    ///   answer's count is positive, but there is no openid and no cursor. A caller would mistake such an answer for
    ///   the end of the list.
    public init(from decoder: any Decoder) throws {
        let entries = try Entries(from: decoder)
        openIDs = entries.openIDs
        passedOver = entries.passedOver
        cursor = entries.cursor
        let page = try decoder.container(keyedBy: CodingKeys.self)
        total = (try? page.decodeIfPresent(LenientNumber.self, forKey: .total))?.value ?? openIDs.count
    }

    /// The fields that every page of a list of openids has.
    struct Entries: Decodable {
        /// The openids, in the order of the answer.
        let openIDs: [OpenID]
        /// The number of entries that the initialiser left out, because they are not openids.
        let passedOver: Int
        /// The text to send for the next page; nil if the page has no entries.
        let cursor: String?

        /// Reads the entries of a page.
        ///
        /// The page after the last page has no `data` at all.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if the answer is not an object with `count`, `total` or `data`. It also throws if
        ///   the answer's count is positive, but there is no openid and no cursor. A caller would mistake such an
        ///   answer for the end of the list.
        init(from decoder: any Decoder) throws {
            let page = try decoder.container(keyedBy: CodingKeys.self)
            let isPage = [CodingKeys.count, .total, .data].contains { (try? page.decodeNil(forKey: $0)) == false }
            guard isPage else {
                throw DecodingError.dataCorruptedError(
                    forKey: .data, in: page, debugDescription: "the answer has no count, no total and no data")
            }
            let data = try? page.nestedContainer(keyedBy: DataKeys.self, forKey: .data)
            let texts = try? data?.decodeIfPresent(LenientArray<String>.self, forKey: .openIDs)
            let openIDs = texts?.elements.compactMap { OpenID($0) } ?? []
            let passedOver = texts.map { $0.passedOver + $0.elements.count - openIDs.count } ?? 0
            let next = (try? page.decodeIfPresent(String.self, forKey: .next)).flatMap { $0.isEmpty ? nil : $0 }
            let count = (try? page.decodeIfPresent(LenientNumber.self, forKey: .count))?.value ?? passedOver
            self.openIDs = openIDs
            self.passedOver = passedOver
            cursor = openIDs.isEmpty && passedOver == 0 ? nil : next ?? texts?.elements.last
            guard !openIDs.isEmpty || count <= 0 || cursor != nil else {
                throw DecodingError.dataCorruptedError(
                    forKey: .data, in: page, debugDescription: "the page has openids, and none can be read")
            }
        }
    }

    /// Writes the page; the last openid becomes `next_openid`.
    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("total", total)
            answer.field("count", openIDs.count)
            guard let last = openIDs.last else { return answer.field("next_openid", "") }
            answer.page(openIDs, endingWith: last)
        }
    }
}

extension JSONText.Fields {
    /// Writes the openids of a page that is not empty, and `last` as the cursor of the next page.
    mutating func page(_ openIDs: [OpenID], endingWith last: OpenID) {
        field("data") { json in
            json.object { data in
                data.field("openid") { json in
                    json.array(openIDs) { $1.openID($0) }
                }
            }
        }
        field("next_openid") { $0.openID(last) }
    }
}
