public import AsyncHTTPClient
import Foundation

/// The proxy for calls to one host.
///
/// ``named(by:forScheme:host:port:)`` reads the proxy from the same variables as curl does, in capitals or in small
/// letters:
///
/// - `HTTPS_PROXY` for https, `HTTP_PROXY` for http, and `ALL_PROXY` for both.
/// - `NO_PROXY` with the hosts that need no proxy.
public struct ProxySettings: Sendable, Hashable {
    /// The reason why a text is not the address of a proxy.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        /// A description of the mistake in one sentence, without the proxy's password.
        public let description: String
    }

    /// The proxy's host name or IP address, without brackets.
    public let host: String
    /// The proxy's port, from 1 to 65535.
    public let port: Int
    /// Whether the proxy speaks SOCKS5 instead of HTTP CONNECT.
    public let isSOCKS: Bool
    private let credentials: String?
    /// Host and port, without the password, for messages.
    package var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Reads an address such as `http://user:password@proxy.example.com:3128` or `socks5://127.0.0.1:1080`.
    ///
    /// An address without a scheme is the address of an HTTP proxy. The default port is 80 for HTTP and 1080 for
    /// SOCKS5.
    ///
    /// - Parameter address: the address.
    /// - Throws: ``Invalid`` if `address` is not an address, or if its port is not from 1 to 65535. Also throws
    ///   ``Invalid`` if the address of a SOCKS5 proxy has a user or a password.
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
        port = try Self.port(in: text) ?? (isSOCKS ? 1080 : 80)
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        credentials = parts.user.map { "\($0):\(parts.password ?? "")" }
        if isSOCKS, credentials != nil {
            throw Invalid(description: "a SOCKS5 proxy with a password is not supported")
        }
    }

    /// Returns the port in `address`, which must have a scheme; nil if no port follows the host.
    ///
    /// Throws ``Invalid`` if the text after the host's colon is not a number from 1 to 65535. `URLComponents` would
    /// ignore such a text.
    private static func port(in address: String) throws(Invalid) -> Int? {
        let authority = (address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...])
            .prefix { !"/?#".contains($0) }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        let host = place.lastIndex(of: "]") ?? place.startIndex
        guard let colon = place[host...].firstIndex(of: ":") else { return nil }
        let digits = place[colon...].dropFirst()
        guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = Int(digits), 1...65_535 ~= port else {
            throw Invalid(description: "the proxy's port must be a number from 1 to 65535")
        }
        return port
    }

    /// Returns the proxy that the environment sets for calls to a host.
    ///
    /// - Parameters:
    ///   - environment: the variables of the process.
    ///   - scheme: `http` or `https`.
    ///   - host: the host that calls go to, without brackets.
    ///   - port: the port that calls go to. If it is nil, the ports of the entries in `NO_PROXY` do not matter.
    /// - Returns: the proxy, or nil if calls to the host need no proxy.
    /// - Throws: ``Invalid`` if the text in the environment is not the address of a proxy.
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

    /// Returns whether a list such as `localhost,.example.com,10.0.0.0/8,[::1]:8080` or `*` covers the host.
    static func isException(_ host: String, port: Int?, in list: String) -> Bool {
        list.split(whereSeparator: { $0 == "," || $0.isWhitespace })
            .contains { ProxyException(String($0)).covers(host, port: port) }
    }

    /// This proxy as a setting of the HTTP client.
    ///
    /// Assign it to `proxy` of the configuration that ``HTTPTransport/configuration(for:timeout:)`` returns.
    public var configuration: HTTPClient.Configuration.Proxy {
        if isSOCKS { return .socksServer(host: host, port: port) }
        let authorization = credentials.map { credentials in
            HTTPClient.Authorization.basic(credentials: Data(credentials.utf8).base64EncodedString())
        }
        return .server(host: host, port: port, authorization: authorization)
    }
}
