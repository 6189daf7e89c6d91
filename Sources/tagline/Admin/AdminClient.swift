import AdminAPI
import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL
import OfficialAccountClient

/// The address of the admin plane, and the token that the admin plane requires.
struct AdminOptions: ParsableArguments {
    @Option(help: "Address of the server's admin plane. (default: TAGLINE_ADMIN_URL, or http://127.0.0.1:8090)")
    var adminUrl: String?

    @Option(help: "File that holds the admin token. (default: TAGLINE_ADMIN_TOKEN, or none)", completion: .file())
    var adminTokenFile: String?

    @Flag(help: "Print what the server answers, as JSON.")
    var json = false

    var client: AdminClient { get throws { try makeClient(profile: nil) } }

    /// Returns a client of the admin plane. Throws ``StartFailure`` if the address, the proxy, the certificates or the
    /// token cannot be used.
    ///
    /// - Parameters:
    ///   - name: the profile from the command line; nil for the profile in `TAGLINE_PROFILE`, or for no profile.
    ///   - proxy: the proxy from the command line; nil for the proxy of the profile or of the environment.
    ///   - ca: the file of certificates from the command line; nil for that of the profile or of the environment.
    func makeClient(profile name: String?, proxy: String? = nil, ca: String? = nil) throws -> AdminClient {
        let profile = try Profile.named(name)
        let address = try address(profile)
        // Requests to a server on this machine use no proxy.
        let chosen = address.isLocal ? nil : try ProxyChoice.proxy(to: address, given: proxy ?? profile?.proxy)
        let roots = try address.scheme == "https" ? TrustRoots.certificates(ca ?? profile?.ca) : nil
        return AdminClient(base: address.url, token: try token(profile), proxy: chosen, roots: roots)
    }

    private func token(_ profile: Profile?) throws -> String? {
        if let file = adminTokenFile ?? profile?.admin_token_file {
            return try SecretText.adminToken(try SecretText.read(from: file, "the admin token"), from: file)
        }
        guard profile == nil, let token = SecretText.environment("TAGLINE_ADMIN_TOKEN") else { return nil }
        return try SecretText.adminToken(token, from: "TAGLINE_ADMIN_TOKEN")
    }

    private func address(_ profile: Profile?) throws -> TypedAddress {
        if let adminUrl { return try TypedAddress(adminUrl, option: "--admin-url", isPlain: true) }
        let local = "http://127.0.0.1:8090"
        let told = try profile == nil ? TypedAddress.environment("TAGLINE_ADMIN_URL", otherwise: local) : nil
        let named = profile?.admin_url ?? told ?? local
        let option = profile.map { "admin_url of \($0.name)" } ?? "TAGLINE_ADMIN_URL"
        return try TypedAddress(named, option: option, isPlain: true)
    }
}

extension AdminOptions: NamingFiles {
    var namedFiles: NamedFiles {
        get throws {
            var files = try Profile.named(nil)?.namedFiles ?? NamedFiles()
            files.reads("the admin token", adminTokenFile, "--admin-token-file")
            files.reads("the certificates", SecretText.environment("SSL_CERT_FILE"), "SSL_CERT_FILE")
            return files
        }
    }
}

/// Talks to a running server's admin plane.
struct AdminClient: Sendable {
    let base: String
    let token: String?
    /// The proxy that requests go through; nil without a proxy.
    var proxy: ProxySettings?
    /// The certificates of the authorities that the client trusts; nil to trust the system's authorities.
    var roots: [NIOSSLCertificate]?
    /// The time within which an answer must begin. A request with a stream has more time.
    var patience = TimeAmount.seconds(30)

    /// The longest pause between two bytes of a stream, and the longest time from its last byte to the answer's start.
    private static let patienceWithStream = TimeAmount.minutes(10)

    /// Sends a request and passes the body of the answer to `take`. Throws ``AdminFailure``.
    ///
    /// The answer must begin within ``patience``. With a stream, ``patienceWithStream`` limits each pause in the
    /// stream, and then the time until the answer begins.
    ///
    /// - Parameter isStream: whether `body` is a stream of unknown length, such as a file.
    func send<Value>(
        _ method: HTTPMethod, _ path: String, body: HTTPClientRequest.Body? = nil, isStream: Bool = false,
        accept: String? = nil,
        _ take: (HTTPClientResponse.Body) async throws -> Value
    ) async throws -> Value {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.body = body
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let accept { request.headers.add(name: "Accept", value: accept) }
        // There is only one attempt: the person who typed the command can repeat it.
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.proxy = proxy?.configuration
        configuration.checkCertificate(for: base)
        configuration.trust(roots)
        if isStream {
            configuration.timeout.read = Self.patienceWithStream
            configuration.timeout.write = Self.patienceWithStream
        }
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await execute(
                request, with: client, until: isStream ? .distantFuture : .now() + patience)
            do {
                guard 200..<300 ~= response.status.code else {
                    throw refusal(
                        response.status.code, path, String(buffer: try await response.body.collect(upTo: 1 << 20)))
                }
                return try await take(response.body)
            } catch let error where Self.isOfConnection(error) {
                throw AdminFailure.brokenOff(base, .brokeOff)
            }
        }
    }

    /// Returns whether the error comes from the connection, and not from the caller's closure.
    private static func isOfConnection(_ error: any Error) -> Bool {
        error is HTTPParserError || error is HTTPClientError || error is IOError || error is ChannelError
            || error is NIOSSLError || error is BoringSSLError || error is NIOTooManyBytesError
    }

    private func execute(
        _ request: HTTPClientRequest, with client: HTTPClient, until deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, deadline: deadline)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            let cause = ConnectionFault(error)
            throw cause.mayHaveBeenSent
                ? AdminFailure.brokenOff(base, cause, beforeAnswer: true)
                : .unreachable(base, cause, proxy: proxy?.address)
        }
    }

    /// Returns the failure with the server's own reason, or with the answer's text if the answer gives no reason.
    private func refusal(_ status: UInt, _ path: String, _ text: String) -> AdminFailure {
        let problem = try? JSONDecoder().decode(AdminProblem.self, from: Data(text.utf8))
        // A proxy can answer 502 or 504 although the server has carried out the request.
        if problem == nil, status >= 500 { return .brokenOff(base, .proxyAnswered) }
        return .refused(problem?.error ?? "\(base)\(path) answered \(status): \(text.prefix(1000))")
    }

    /// Sends a request and returns the answer's text.
    ///
    /// - Parameter json: the body of the request; nil for a request without a body.
    func text(_ method: HTTPMethod, _ path: String, json: (any Encodable)? = nil) async throws -> String {
        let body = try json.map { HTTPClientRequest.Body.bytes(ByteBuffer(data: try JSONEncoder().encode($0))) }
        return try await send(method, path, body: body) { String(buffer: try await $0.collect(upTo: 64 << 20)) }
    }

    /// Returns the path of an account with `rest` at its end. Throws ``StartFailure`` if the appid is empty.
    static func path(_ appID: String, _ rest: String = "") throws -> String {
        guard !appID.isEmpty else { throw StartFailure.badSetting("the appid is empty; name the account") }
        return "/accounts/\(try escaped(appID))\(rest)"
    }

    /// Returns a text escaped for a path or a query.
    static func escaped(_ text: String) throws -> String {
        guard let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) else {
            throw StartFailure.badSetting("\(text) cannot be part of an address")
        }
        return escaped
    }
}
