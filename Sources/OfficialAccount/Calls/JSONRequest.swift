import Foundation

/// A request whose fields stand in a JSON body.
public protocol JSONRequest: CallRequest, Codable {
    /// What an empty body says; nil if the call needs a body.
    static var ofEmptyBody: Self? { get }
}

extension JSONRequest {
    public static var ofEmptyBody: Self? { nil }

    public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
        if body.isEmpty, let empty = Self.ofEmptyBody {
            self = empty
        } else {
            self = try body.decode(Self.self)
        }
    }

    public var body: [UInt8] { encodedBody }

    /// The text, unless it is empty: then the query counts where both are read.
    static func told(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The fields as JSON, in alphabetical order.
    var encodedBody: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, whole numbers and lists of them can always be written.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}
