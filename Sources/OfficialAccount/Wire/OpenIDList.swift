/// The `openid_list` of a request, read as far as it makes sense.
///
/// A list is judged as a whole: its length counts every entry, duplicates and nonsense included, and the entries are
/// judged in order, so nothing after the first malformed one can matter.
public struct OpenIDList: Sendable, Hashable {
    /// An entry that is text but not an openid.
    public struct Malformed: Sendable, Hashable {
        /// Its place in the list, from 0.
        public let position: Int
        /// What stood there, as sent.
        public let text: String
    }

    /// The openids before the first malformed entry, in the order sent, duplicates kept.
    public private(set) var openIDs: [OpenID] = []
    /// The number of entries sent.
    public private(set) var count = 0
    public private(set) var malformed: Malformed?

    public init(_ openIDs: [OpenID]) {
        self.openIDs = openIDs
        self.count = openIDs.count
    }

    public init(texts: some Sequence<String>) {
        for text in texts { append(text) }
    }

    private mutating func append(_ text: String) {
        defer { count += 1 }
        guard malformed == nil else { return }
        if let openID = OpenID(text) {
            openIDs.append(openID)
        } else {
            malformed = Malformed(position: count, text: text)
        }
    }
}

extension OpenIDList: Codable {
    public init(from decoder: any Decoder) throws {
        var entries = try decoder.unkeyedContainer()
        openIDs.reserveCapacity(min(entries.count ?? 0, 64))
        while !entries.isAtEnd {
            append(try entries.decode(String.self))
        }
    }

    /// Writes the openids; what is malformed is lost.
    public func encode(to encoder: any Encoder) throws {
        var entries = encoder.unkeyedContainer()
        for openID in openIDs { try entries.encode("\(openID)") }
    }
}
