import Foundation

/// An HTTP request. ``WireRun`` replaces a name in braces, such as `{service}`, with the token of a demo account.
public struct WireRequest: Sendable {
    public var method = "POST"
    public var path: String
    public var headers: [(name: String, value: String)] = []
    public var body: [UInt8] = []

    public init(_ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}

/// An HTTP answer.
public struct WireResponse: Sendable {
    public let status: Int
    public let headers: [String: String]
    public let body: [UInt8]

    /// - Parameter headers: the values of the headers, by the names of the headers in lower case.
    public init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// Answers requests. A host is the router in the test's own process, or a live server.
public protocol WireHost: Sendable {
    func send(_ request: WireRequest) async throws -> WireResponse
}

/// Tells how an answer differs from the table.
public struct WireMismatch: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
