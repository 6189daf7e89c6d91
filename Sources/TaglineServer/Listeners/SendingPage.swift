import HTTPTypes
import NIOHTTP1

/// The web page that made a browser send a request, as far as the browser's headers name it.
///
/// Every listener uses this type to recognise pages of other sites. A browser names the site of a page in `Origin` or
/// `Referer`, and tells in `Sec-Fetch-Site` whether that site is the server's. Programs send none of these headers.
struct SendingPage: Sendable {
    /// Methods that change nothing.
    private static let reading: Set = ["GET", "HEAD", "OPTIONS", "TRACE"]

    private let mayChange: Bool
    private let host: String
    private let origins: [String]
    private let referers: [String]
    private let sites: [String]
    private let modes: [String]

    /// - Parameters:
    ///   - host: the `Host` of the request.
    ///   - values: returns the values of a header, one for each line with that header.
    private init(method: String, host: String, _ values: (String) -> [String]) {
        mayChange = !Self.reading.contains(method)
        self.host = host
        origins = values("origin")
        referers = values("referer")
        sites = values("sec-fetch-site")
        modes = values("sec-fetch-mode")
    }

    init(of request: HTTPRequest) {
        self.init(method: request.method.rawValue, host: request.authority ?? "") { name in
            HTTPField.Name(name).map { request.headerFields[values: $0] } ?? []
        }
    }

    init(of request: APIRequest) {
        self.init(method: request.method.rawValue, host: request.host) { request.headers[$0] }
    }

    /// Whether a page of any site sent the request. An address that a person types into the browser is not a page.
    var isThere: Bool { !origins.isEmpty || sites.contains { $0 != "none" } }

    /// Whether a page of another site sent the request, or may have sent it. A request does not count if a person
    /// followed a link from another site to a page of the server.
    var isForeign: Bool {
        if !origins.isEmpty, !isOwn(origins, mayHavePath: false) { return true }
        // Old browsers name the page of a form only in `Referer`.
        if mayChange, origins.isEmpty, !referers.isEmpty, !isOwn(referers, mayHavePath: true) { return true }
        let isLink = !mayChange && !modes.isEmpty && modes.allSatisfy { $0 == "navigate" }
        return !isLink && sites.contains { $0 != "same-origin" && $0 != "none" }
    }

    /// Returns whether `addresses` holds exactly one address, and this address has the host that the request names in
    /// `Host`. The address may begin with `http` or `https`, because a proxy in front of the server may use HTTPS.
    private func isOwn(_ addresses: [String], mayHavePath: Bool) -> Bool {
        guard addresses.count == 1, let server = HostHeader(host), !server.name.isEmpty else { return false }
        return [("http://", 80), ("https://", 443)].contains { scheme, port in
            let address = addresses[0]
            guard address.lowercased().hasPrefix(scheme) else { return false }
            var rest = address.dropFirst(scheme.count)
            if mayHavePath { rest = rest.prefix { !"/?#".contains($0) } }
            guard !rest.isEmpty, let page = HostHeader(String(rest)) else { return false }
            return page.name == server.name && page.isBracketed == server.isBracketed
                && page.port ?? port == server.port ?? port
        }
    }
}
