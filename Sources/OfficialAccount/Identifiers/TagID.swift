/// The id of a tag within one official account: a whole number.
///
/// The platform gives the first tag of an account the id ``firstCreated`` and counts upwards. In 2024, ids as high as
/// 29846 were seen. The platform reserves the ids 0, 1 and 2. Of these three, the platform lists only 2 (``starred``),
/// a tag that followers can have.
///
/// In JSON a tag id is a number.
///
/// Source: `doc/service/api/usermanage/tag/api_createtag` and `doc/service/api/usermanage/tag/api_gettags`.
public struct TagID: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The number; an existing tag has the number 2 or a number from ``firstCreated`` upwards.
    public let rawValue: Int

    /// Makes the id of any number, without checking that a tag can have it.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Makes the id of any number, as ``init(rawValue:)`` does.
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The number in decimal digits, as the platform prints it.
    public var description: String { String(rawValue) }

    /// Returns whether the number of `left` is the smaller one.
    public static func < (left: TagID, right: TagID) -> Bool { left.rawValue < right.rawValue }

    /// The tag that every account has from the start: 星标组, the starred followers.
    public static let starred = TagID(2)

    /// The name of ``starred`` in every account.
    package static let starredName = "星标组"

    /// Whether the id is 0, 1 or 2, the ids that the platform reserves.
    ///
    /// The platform answers ``ErrorCode/reservedTag`` to a call that would rename or delete such a tag.
    public var isReserved: Bool { 0...2 ~= rawValue }

    /// The id of the first tag that an account creates.
    public static let firstCreated = TagID(100)
}

extension TagID: ExpressibleByIntegerLiteral {
    /// Makes the id of an integer literal, as in `let tag: TagID = 134`.
    public init(integerLiteral value: Int) {
        self.init(value)
    }
}
