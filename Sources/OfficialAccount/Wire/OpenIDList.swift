/// The `openid_list` of a request, up to the first entry that is not an openid.
///
/// The server judges a list as a whole. The length of the list counts every entry, also duplicates and malformed
/// entries. The first malformed entry decides the answer, so the list offers no openid after it.
public struct OpenIDList: Sendable, Hashable {
    /// An entry that is text but not an openid.
    public struct Malformed: Sendable, Hashable {
        /// The place of the entry in the list, from 0.
        public let position: Int
        /// The text of the entry, as the client sent it.
        public let text: String
    }

    /// The openids before the first malformed entry, in the client's order and with duplicates.
    public private(set) var openIDs: [OpenID] = []
    /// The number of entries that the client sent, including malformed entries.
    public private(set) var count = 0
    /// The first entry that is not an openid; nil if every entry is an openid.
    public private(set) var malformed: Malformed?
    /// The most entries that ``rest`` keeps.
    ///
    /// No account accepts a longer list.
    private static let restKept = 10_000

    /// The texts of the first malformed entry and of the entries after it, at most 10,000 texts.
    package private(set) var rest: [String] = []

    /// Makes a list of `openIDs`, without a malformed entry.
    public init(_ openIDs: [OpenID]) {
        self.openIDs = openIDs
        self.count = openIDs.count
    }

    /// Makes the list of a client that sends `texts` as the entries.
    package init(texts: some Sequence<String>) {
        for text in texts { append(text) }
    }

    private mutating func append(_ text: String) {
        defer { count += 1 }
        guard malformed == nil else {
            if rest.count < Self.restKept { rest.append(text) }
            return
        }
        if let openID = OpenID(text) {
            openIDs.append(openID)
        } else {
            malformed = Malformed(position: count, text: text)
            rest.append(text)
        }
    }
}

extension OpenIDList: Codable {
    /// Reads a JSON array of texts.
    ///
    /// - Parameter decoder: holds the array.
    /// - Throws: `DecodingError` if `decoder` does not hold an array, or if an entry of the array is not text.
    public init(from decoder: any Decoder) throws {
        var entries = try decoder.unkeyedContainer()
        openIDs.reserveCapacity(min(entries.count ?? 0, 64))
        while !entries.isAtEnd {
            append(try entries.decode(String.self))
        }
    }

    /// Writes ``openIDs`` as a JSON array of texts, without the malformed entry and the entries after it.
    ///
    /// - Parameter encoder: gets the array.
    /// - Throws: what `encoder` throws.
    public func encode(to encoder: any Encoder) throws {
        var entries = encoder.unkeyedContainer()
        for openID in openIDs { try entries.encode("\(openID)") }
    }
}
