import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSOCKS
import NIOSSL

/// The reason why the client could not make a connection, or why a connection ended early.
package enum ConnectionFault: Error, Hashable {
    case refused
    case nameNotFound
    case noRoute
    case connectTimedOut
    /// The client spoke TLS to a port that speaks another protocol.
    case peerSpeaksNoTLS
    /// The client spoke HTTP to a port that speaks TLS or another protocol.
    case peerSpeaksNoHTTP
    case notTrusted
    case certificateForAnotherName
    case tlsFailed
    case proxyRefused
    case proxyWantsPassword
    /// The proxy speaks SOCKS5 and does not allow connections without a login, which the client cannot give.
    case proxyWantsLoginOverSOCKS
    case badAddress
    case silent
    case brokeOff
    /// A proxy answered instead of the server.
    case proxyAnswered

    package init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError: self = Self.fault(error)
        case let error as NIOConnectionError: self = Self.fault(error)
        // An `IOError` other than ECONNREFUSED can also end a connection after the client has sent a request.
        case let error as IOError: self = error.errnoCode == ECONNREFUSED ? .refused : .brokeOff
        case is SocketAddressError: self = .nameNotFound
        case let error as NIOSSLError: self = Self.fault(error)
        case is NIOSSLExtraError, is CertificateForAnotherName: self = .certificateForAnotherName
        case is BoringSSLError: self = .tlsFailed
        case let error as HTTPParserError: self = Self.notHTTP.contains(error) ? .peerSpeaksNoHTTP : .brokeOff
        case is SOCKSError.InvalidAuthenticationSelection, is SOCKSError.NoValidAuthenticationMethod:
            self = .proxyWantsLoginOverSOCKS
        case is SOCKSError.ConnectionFailed: self = .proxyRefused
        case is SOCKSError.InvalidProtocolVersion, is SOCKSError.InvalidReservedByte,
            is SOCKSError.InvalidAddressType, is SOCKSError.UnexpectedRead:
            self = .proxyRefused
        default: self = .brokeOff
        }
    }

    /// The HTTP parser's errors for an answer that does not begin as an HTTP answer does.
    private static let notHTTP: [HTTPParserError] = [.invalidConstant, .invalidVersion, .invalidStatus]

    private static func fault(_ error: HTTPClientError) -> ConnectionFault {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: .connectTimedOut
        case .tlsHandshakeTimeout: .tlsFailed
        case .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .invalidProxyResponse: .proxyRefused
        case .proxyAuthenticationRequired: .proxyWantsPassword
        case .invalidURL, .emptyHost, .emptyScheme: .badAddress
        case .deadlineExceeded, .readTimeout: .silent
        default: .brokeOff
        }
    }

    /// If the name was not found, the error lists no attempt to connect.
    private static func fault(_ error: NIOConnectionError) -> ConnectionFault {
        guard let attempt = error.connectionErrors.first else { return .nameNotFound }
        guard let error = attempt.error as? IOError else { return ConnectionFault(attempt.error) }
        return Self.fault(error.errnoCode)
    }

    private static func fault(_ number: Int32) -> ConnectionFault {
        switch number {
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, ENETUNREACH: .noRoute
        case ETIMEDOUT: .connectTimedOut
        default: .brokeOff
        }
    }

    private static func fault(_ error: NIOSSLError) -> ConnectionFault {
        guard case .handshakeFailed(let reason) = error else {
            if case .unableToValidateCertificate = error { return .notTrusted }
            return .tlsFailed
        }
        let text = "\(reason)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return .notTrusted }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") || text.contains("UNEXPECTED_MESSAGE")
        {
            return .peerSpeaksNoTLS
        }
        return .tlsFailed
    }

    /// A clause in English that describes the fault to a person.
    package var sentence: String {
        switch self {
        case .refused: "the connection was refused"
        case .nameNotFound: "the host name was not found"
        case .noRoute: "there is no route to the host"
        case .connectTimedOut: "no connection could be made in time"
        case .peerSpeaksNoTLS: "the server does not speak TLS on that port: use http://, or the port of HTTPS"
        case .peerSpeaksNoHTTP: "the server does not speak plain HTTP on that port: use https://, or the port of HTTP"
        case .notTrusted: "the server's certificate is not trusted"
        case .certificateForAnotherName: "the server's certificate is for another name"
        case .tlsFailed: "TLS could not be set up"
        case .proxyRefused: "the proxy does not make the connection"
        case .proxyWantsPassword: "the proxy asks for a user name and a password, or refused those that it was given"
        case .proxyWantsLoginOverSOCKS:
            "the proxy asks for a login, which is not supported for SOCKS5: use a proxy without a login, or an HTTP proxy"
        case .badAddress: "the address is not valid"
        case .silent: "no answer came in time"
        case .proxyAnswered: "a proxy or a gateway answered instead of the server"
        case .brokeOff: "the connection ended before the whole answer had come"
        }
    }

    /// Returns ``sentence``, and adds a hint if the port of an `http://` address may speak TLS.
    ///
    /// - Parameter url: the address of the server.
    /// - Returns: a clause in English that begins with a small letter.
    package func sentence(to url: String) -> String {
        // A server that speaks TLS closes the connection when it reads plain HTTP.
        self == .brokeOff && url.hasPrefix("http://")
            ? sentence + "; if the port speaks TLS, use https://" : sentence
    }

    /// Whether the request may have reached the server.
    package var mayHaveBeenSent: Bool {
        switch self {
        case .silent, .brokeOff, .proxyAnswered, .peerSpeaksNoHTTP: true
        case .refused, .nameNotFound, .noRoute, .connectTimedOut, .peerSpeaksNoTLS, .notTrusted,
            .certificateForAnotherName, .tlsFailed, .proxyRefused, .proxyWantsPassword, .proxyWantsLoginOverSOCKS,
            .badAddress:
            false
        }
    }
}
