import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a connection to the admin plane was not made, or broke off.
///
/// The SDK tells the same causes apart for the calls of the API, in a type of its own.
struct ConnectionCause: Equatable {
    /// What happened, for people.
    let sentence: String
    /// Whether the request may have reached the server.
    let mayHaveBeenSent: Bool

    static let refused = Self(sentence: "the connection was refused")
    static let nameNotFound = Self(sentence: "the host name was not found")
    static let noRoute = Self(sentence: "there is no route to the host")
    static let timedOut = Self(sentence: "no connection could be made in time")
    static let speaksNoTLS = Self(
        sentence: "the server does not speak TLS on that port; use http://, or the port of HTTPS")
    static let notTrusted = Self(sentence: "the server's certificate is not trusted")
    static let anotherName = Self(sentence: "the server's certificate is for another name")
    static let tlsFailed = Self(sentence: "TLS could not be set up")
    static let proxyFailed = Self(sentence: "the proxy does not make the connection")
    static let proxyWantsPassword = Self(sentence: "the proxy wants another user name and password")
    static let badAddress = Self(sentence: "the address is not valid")
    static let speaksNoHTTP = Self(
        sentence: "the server does not speak plain HTTP on that port; use https://, or the port of HTTP",
        mayHaveBeenSent: true)
    static let brokeOff = Self(
        sentence: "the server closed the connection before it answered", mayHaveBeenSent: true)

    init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError: self = Self.cause(error)
        case let error as NIOConnectionError:
            // A name that is not found comes without an attempt to connect.
            self = error.connectionErrors.first.map { Self($0.error) } ?? .nameNotFound
        case let error as IOError: self = Self.cause(error.errnoCode)
        case is SocketAddressError: self = .nameNotFound
        case let error as NIOSSLError: self = Self.cause(error)
        case is NIOSSLExtraError: self = .anotherName
        case is BoringSSLError: self = .tlsFailed
        case let error as HTTPParserError:
            self = [.invalidConstant, .invalidVersion, .invalidStatus].contains(error) ? .speaksNoHTTP : .brokeOff
        default: self = .brokeOff
        }
    }

    private init(sentence: String, mayHaveBeenSent: Bool = false) {
        self.sentence = sentence
        self.mayHaveBeenSent = mayHaveBeenSent
    }

    private static func cause(_ error: HTTPClientError) -> Self {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: .timedOut
        case .tlsHandshakeTimeout: .tlsFailed
        case .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .invalidProxyResponse: .proxyFailed
        case .proxyAuthenticationRequired: .proxyWantsPassword
        case .invalidURL, .emptyHost, .emptyScheme: .badAddress
        default: .brokeOff
        }
    }

    private static func cause(_ number: Int32) -> Self {
        switch number {
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, ENETUNREACH: .noRoute
        case ETIMEDOUT: .timedOut
        default: .brokeOff
        }
    }

    private static func cause(_ error: NIOSSLError) -> Self {
        switch error {
        case .unableToValidateCertificate: return .notTrusted
        case .handshakeFailed(let reason):
            let text = "\(reason)"
            if text.contains("CERTIFICATE_VERIFY_FAILED") { return .notTrusted }
            let signs = ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNEXPECTED_MESSAGE"]
            return signs.contains { text.contains($0) } ? .speaksNoTLS : .tlsFailed
        default: return .tlsFailed
        }
    }
}
