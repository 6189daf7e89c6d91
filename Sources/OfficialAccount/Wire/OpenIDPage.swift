/// One page of a list of followers that also says how long the whole list is: the answer of `user/get` and of
/// `tags/members/getblacklist`.
///
/// An empty page has no `data`, and an empty `next_openid`.
public struct OpenIDPage: CallAnswer, Hashable {
    /// The length of the whole list. Of an answer that was read and does not say it: the number of openids in the page.
    public let total: Int
    public let openIDs: [OpenID]
    /// How many entries of a page that was read are not openids; they are left out.
    public let passedOver: Int

    public init(total: Int, openIDs: [OpenID]) {
        self.total = total
        self.openIDs = openIDs
        passedOver = 0
    }

    private enum CodingKeys: String, CodingKey { case data, total, count }
    private enum DataKeys: String, CodingKey { case openIDs = "openid" }

    public init(from decoder: any Decoder) throws {
        let page = try decoder.container(keyedBy: CodingKeys.self)
        (openIDs, passedOver) = try Self.read(from: decoder)
        total = (try? page.decodeIfPresent(LenientNumber.self, forKey: .total))?.value ?? openIDs.count
    }

    /// The openids of a page, and the number of entries that are none. The last page has no `data` at all.
    ///
    /// Throws if the page says that it has openids and none can be read: it must not be taken for the end of the list.
    static func read(from decoder: any Decoder) throws -> (openIDs: [OpenID], passedOver: Int) {
        let page = try decoder.container(keyedBy: CodingKeys.self)
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
    /// The openids of a page that is not empty, and the last of them as the cursor of the next.
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
