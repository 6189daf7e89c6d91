/// The number of a user tag within one official account.
///
/// The platform hands out 100 for an account's first tag and counts upwards; ids of 29846 were seen in 2024. Ids 0, 1
/// and 2 are reserved, and of these only 2 (``starred``) is listed and can be carried by a follower.
public struct TagID: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }

    public static func < (left: TagID, right: TagID) -> Bool { left.rawValue < right.rawValue }

    /// The tag every account has from the start: 星标组, the starred followers.
    public static let starred = TagID(2)

    /// Whether the platform keeps this id for itself: 0, 1 and 2 can be neither renamed nor deleted.
    public var isReserved: Bool { 0...2 ~= rawValue }

    /// The id of the first tag an account creates.
    public static let firstCreated = TagID(100)
}

extension TagID: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) {
        self.init(value)
    }
}
