/// One page of a list of followers that also tells the length of the whole list.
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
    /// If an answer does not tell it, the number of openids in this page.
    public let total: Int
    /// The openids of this page, in the order of the answer.
    ///
    /// The last one is the cursor of the next page. The page after the last one is empty.
    public let openIDs: [OpenID]
    /// The number of entries that are not openids and that reading left out.
    public let passedOver: Int

    /// Makes a page, as a server answers it.
    ///
    /// - Parameters:
    ///   - total: the number of openids in the whole list.
    ///   - openIDs: the openids of this page.
    public init(total: Int, openIDs: [OpenID]) {
        self.total = total
        self.openIDs = openIDs
        passedOver = 0
    }

    private enum CodingKeys: String, CodingKey { case data, total, count }
    private enum DataKeys: String, CodingKey { case openIDs = "openid" }

    /// Reads a page, without its `next_openid`.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if the answer is not an object, or if it says that the page has openids and none can
    ///   be read. A caller would take such a page for the end of the list.
    public init(from decoder: any Decoder) throws {
        let page = try decoder.container(keyedBy: CodingKeys.self)
        (openIDs, passedOver) = try Self.read(from: decoder)
        total = (try? page.decodeIfPresent(LenientNumber.self, forKey: .total))?.value ?? openIDs.count
    }

    /// Returns the openids of a page, and the number of entries that are not openids.
    ///
    /// The page after the last one has no `data` at all.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Returns: the openids in order, and the number of entries that were left out.
    /// - Throws: `DecodingError` if the answer has nothing of a page, or if the page says that it has openids and none
    ///   can be read. A caller would take such an answer for the end of the list.
    static func read(from decoder: any Decoder) throws -> (openIDs: [OpenID], passedOver: Int) {
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
        let count = (try? page.decodeIfPresent(LenientNumber.self, forKey: .count))?.value ?? passedOver
        guard !openIDs.isEmpty || count <= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .data, in: page, debugDescription: "the page has openids, and none can be read")
        }
        return (openIDs, passedOver)
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
