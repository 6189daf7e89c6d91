/// The appid of an official account or of a third-party platform, such as `wx5ad0c4e6b81f2793`.
///
/// The platform prints an appid as `wx` and sixteen lower-case hexadecimal digits. This type does not check the form,
/// because an appid is only a name to look up. Comparison is case-sensitive. In JSON an appid is a string.
public struct AppID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The text as the platform prints it or as a caller sent it, of any length.
    public let rawValue: String

    /// Makes an appid of any text, without checking its form.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Makes an appid of any text, as ``init(rawValue:)`` does.
    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text of ``rawValue``, unchanged.
    public var description: String { rawValue }
}

extension AppID: ExpressibleByStringLiteral {
    /// Makes an appid of a string literal, as in `let account: AppID = "wx5ad0c4e6b81f2793"`.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
