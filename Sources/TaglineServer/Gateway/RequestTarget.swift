import HummingbirdCore

/// The target of a request: the path, and the query as the client sent it.
struct RequestTarget: Sendable {
    let path: String
    /// The query without the question mark; empty if the target has no query.
    let query: String

    init(_ text: String) {
        var text = text
        // Nearly every target is only a path and a query. `URI` parses a target that has a fragment or is a whole URL.
        let parts = text.withUTF8 { bytes -> (path: String, query: String)? in
            guard bytes.first == UInt8(ascii: "/"), !bytes.contains(UInt8(ascii: "#")) else { return nil }
            let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
            return (
                String(decoding: bytes[..<end], as: UTF8.self),
                String(decoding: bytes[end...].dropFirst(), as: UTF8.self)
            )
        }
        if let parts {
            (path, query) = parts
        } else {
            let uri = URI(text)
            (path, query) = (uri.path, uri.query ?? "")
        }
    }
}
