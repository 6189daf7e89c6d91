import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

/// Where the admin plane is, and what it asks for.
struct AdminOptions: ParsableArguments {
    @Option(help: "Address of the server's admin plane. (default: TAGLINE_ADMIN_URL, or http://127.0.0.1:8090)")
    var adminUrl: String?

    @Option(help: "File that holds the admin token. (default: TAGLINE_ADMIN_TOKEN, or none)", completion: .file())
    var adminTokenFile: String?

    @Flag(help: "Print what the server answers, as JSON.")
    var json = false

    var client: AdminClient { get throws { try makeClient(profile: nil) } }

    /// Throws ``StartFailure`` if the address or the token cannot be used.
    ///
    /// - Parameter name: the profile from the command line; nil for the one in `TAGLINE_PROFILE`, or for none.
    func makeClient(profile name: String?) throws -> AdminClient {
        let profile = try Profile.named(name)
        func environment(_ name: String) -> String? { profile == nil ? SecretText.environment(name) : nil }
        let token =
            if let file = adminTokenFile ?? profile?.admin_token_file {
                try SecretText.read(from: file, "the admin token")
            } else {
                environment("TAGLINE_ADMIN_TOKEN")
            }
        if let adminUrl {
            return AdminClient(base: try TypedAddress(adminUrl, option: "--admin-url", isPlain: true).url, token: token)
        }
        let local = "http://127.0.0.1:8090"
        let told = try profile == nil ? TypedAddress.environment("TAGLINE_ADMIN_URL", otherwise: local) : nil
        let named = profile?.admin_url ?? told ?? local
        let option = profile.map { "admin_url of \($0.name)" } ?? "TAGLINE_ADMIN_URL"
        return AdminClient(base: try TypedAddress(named, option: option, isPlain: true).url, token: token)
    }
}

/// Talks to a running server's admin plane.
struct AdminClient: Sendable {
    let base: String
    let token: String?

    private struct Problem: Decodable {
        let error: String
    }

    /// Sends a request and passes the answer to the caller. Throws ``AdminFailure``.
    func send<Value>(
        _ method: HTTPMethod, _ path: String, body: HTTPClientRequest.Body? = nil, accept: String? = nil,
        _ take: (HTTPClientResponse.Body) async throws -> Value
    ) async throws -> Value {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.body = body
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let accept { request.headers.add(name: "Accept", value: accept) }
        // One try: whoever typed the command can type it again.
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await execute(request, with: client)
            guard 200..<300 ~= response.status.code else {
                throw refusal(
                    response.status.code, path, String(buffer: try await response.body.collect(upTo: 1 << 20)))
            }
            do {
                return try await take(response.body)
            } catch is HTTPParserError {
                throw Self.brokenOff(base)
            } catch is HTTPClientError {
                throw Self.brokenOff(base)
            } catch is IOError {
                throw Self.brokenOff(base)
            }
        }
    }

    private func execute(_ request: HTTPClientRequest, with client: HTTPClient) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, deadline: .distantFuture)
        } catch let error where Self.isUnreachable(error) {
            throw AdminFailure.unreachable(base)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw Self.brokenOff(base)
        }
    }

    private static func isUnreachable(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .connectTimeout || error == .invalidURL }
        return error is NIOConnectionError || error is IOError || error is SocketAddressError
    }

    private static func brokenOff(_ base: String) -> AdminFailure { .brokenOff(base) }

    /// What the server says of its refusal, in its own words if it has any.
    private func refusal(_ status: UInt, _ path: String, _ text: String) -> AdminFailure {
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(text.utf8))
        return .refused(problem?.error ?? "\(base)\(path) answered \(status): \(text.prefix(1000))")
    }

    /// Sends a JSON object, or nothing, and returns the answer's text.
    func text(_ method: HTTPMethod, _ path: String, json: (any Encodable)? = nil) async throws -> String {
        let body = try json.map { HTTPClientRequest.Body.bytes(ByteBuffer(data: try JSONEncoder().encode($0))) }
        return try await send(method, path, body: body) { String(buffer: try await $0.collect(upTo: 64 << 20)) }
    }

    /// An appid as part of a path.
    static func path(_ appID: String, _ rest: String = "") throws -> String {
        guard !appID.isEmpty else { throw StartFailure.badSetting("the appid is empty; name the account") }
        return "/accounts/\(try escaped(appID))\(rest)"
    }

    /// Any text as part of a path or a query.
    static func escaped(_ text: String) throws -> String {
        guard let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) else {
            throw StartFailure.badSetting("\(text) cannot be part of an address")
        }
        return escaped
    }
}
