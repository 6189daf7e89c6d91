/// The appid of an official account or of a third-party platform, such as `wx5ad0c4e6b81f2793`.
///
/// The platform prints it as `wx` and sixteen lower-case hexadecimal digits. Any text is carried as it is: an appid is
/// a name to look up, and one that nobody registered is simply not found. Letter case counts.
public struct AppID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

extension AppID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
