import AsyncHTTPClient
import Foundation

/// The proxy that calls to one host go through, if any.
///
/// Read as curl reads it: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `ALL_PROXY` for both, each in either case of letters, and
/// `NO_PROXY` with the hosts that are reached without one.
public struct ProxySettings: Sendable, Hashable {
    /// Why an address is not one of a proxy.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        /// In a sentence without the password.
        public let description: String
    }

    public let host: String
    public let port: Int
    /// Whether it speaks SOCKS5 instead of HTTP CONNECT.
    public let isSOCKS: Bool
    private let credentials: String?

    /// Reads an address such as `http://user:password@proxy.example.com:3128` or `socks5://127.0.0.1:1080`. Without a scheme HTTP is meant.
    ///
    /// Throws ``Invalid``.
    public init(_ address: String) throws(Invalid) {
        let invalid = Invalid(
            description:
                "the proxy's address is not valid; give one such as http://user:password@proxy.example.com:3128")
        let text = address.contains("://") ? address : "http://" + address
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), parts.path.isEmpty || parts.path == "/", parts.query == nil
        else { throw invalid }
        switch scheme {
        case "http": isSOCKS = false
        case "socks5", "socks5h", "socks": isSOCKS = true
        default: throw Invalid(description: "a proxy is reached by http:// or socks5://, not by \(scheme)://")
        }
        let port = parts.port ?? (isSOCKS ? 1080 : 80)
        guard 1...65_535 ~= port else { throw invalid }
        self.port = port
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        credentials = parts.user.map { "\($0):\(parts.password ?? "")" }
        if isSOCKS, credentials != nil {
            throw Invalid(description: "a SOCKS5 proxy with a password is not supported")
        }
    }

    /// The proxy that the environment names for a host; nil for none. Throws ``Invalid``.
    ///
    /// - Parameters:
    ///   - scheme: `http` or `https`.
    ///   - host: the host that calls go to, without brackets.
    ///   - port: the port that calls go to; nil if exceptions of single ports are to count for every port.
    public static func named(
        by environment: [String: String], forScheme scheme: String, host: String, port: Int? = nil
    ) throws(Invalid) -> ProxySettings? {
        func value(_ name: String) -> String? {
            [environment[name.lowercased()], environment[name.uppercased()]].compactMap(\.self).first { !$0.isEmpty }
        }
        guard let address = value("\(scheme)_proxy") ?? value("all_proxy") else { return nil }
        if let exceptions = value("no_proxy"), isException(host, port: port, in: exceptions) { return nil }
        return try ProxySettings(address)
    }

    /// Whether a host is one of those in a list such as `localhost,.example.com,10.0.0.0/8,[::1]:8080`, or the list is `*`.
    static func isException(_ host: String, port: Int?, in list: String) -> Bool {
        list.split(whereSeparator: { $0 == "," || $0.isWhitespace })
            .contains { ProxyException(String($0)).covers(host, port: port) }
    }

    /// The same for the HTTP client.
    public var configuration: HTTPClient.Configuration.Proxy {
        if isSOCKS { return .socksServer(host: host, port: port) }
        let authorization = credentials.map { credentials in
            HTTPClient.Authorization.basic(credentials: Data(credentials.utf8).base64EncodedString())
        }
        return .server(host: host, port: port, authorization: authorization)
    }
}
