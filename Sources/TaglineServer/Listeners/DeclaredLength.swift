import HTTPTypes
import NIOHTTP1

/// The length that the head of a request declares for the body.
enum DeclaredLength {
    /// Returns the number in `value`, a `Content-Length` that the parser has accepted. Returns `Int.max` if the number
    /// is larger.
    static func bytes(_ value: String) -> Int {
        Int(value.withoutOuterBlanks) ?? .max
    }
}

extension HTTPHeaders {
    /// The declared length of the body; nil if the head declares no length.
    var declaredLength: Int? { first(name: "content-length").map(DeclaredLength.bytes) }
}

extension HTTPFields {
    /// The declared length of the body; nil if the head declares no length.
    var declaredLength: Int? { self[.contentLength].map(DeclaredLength.bytes) }
}

extension HTTPRequestHead {
    /// Whether the client waits for the answer 100 before it sends the body. HTTP/1.0 has no such answer.
    var awaitsContinue: Bool {
        version.minor > 0 && headers.first(name: "expect")?.withoutOuterBlanks.lowercased() == "100-continue"
    }
}
