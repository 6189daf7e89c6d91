import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOSSL
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// The account in whose name calls are made, and where they go.
struct AccountOptions: ParsableArguments {
    @Option(help: "The account's appid. (default: TAGLINE_APP_ID)")
    var appId: String?

    @Option(help: "File that holds the account's secret. (default: the secret itself in TAGLINE_APP_SECRET)")
    var secretFile: String?

    @Option(help: "Where the API is. (default: TAGLINE_BASE_URL, or WeChat: https://api.weixin.qq.com)")
    var baseUrl: String?

    @Option(
        help: "File with the certificates, PEM, by one of which the server's must be signed. (default: the system's)")
    var ca: String?

    @Option(help: "File to share the token through with other processes. (default: each fetches the stable token)")
    var tokenFile: String?

    @Option(help: "Seconds until an answer must be there.")
    var timeout = 30

    func validate() throws {
        guard 1...600 ~= timeout else { throw ValidationError("--timeout is a number of seconds from 1 to 600") }
    }

    /// An account whose calls go out.
    struct Account {
        let appID: AppID
        let baseURL: String
        /// For what is asked before and after a run: a server that is away is told of soon.
        let client: OfficialAccountClient
        /// For the run: patient.
        let patient: OfficialAccountClient
    }

    /// - Parameter retries: how patient a run is.
    func account(_ retries: RetryPolicy = .standard) throws -> Account {
        let environment = ProcessInfo.processInfo.environment
        guard let appID = appId ?? environment["TAGLINE_APP_ID"], !appID.isEmpty else {
            throw StartFailure.badSetting("whose followers? Name the account with --app-id or in TAGLINE_APP_ID")
        }
        let secret = try self.secret(environment)
        let given = [baseUrl, environment["TAGLINE_BASE_URL"]].compactMap(\.self).first { !$0.isEmpty }
        let named = given ?? HTTPTransport.weChat
        let isLocal = ["127.", "localhost", "[::1]"].contains { named.hasPrefix($0) }
        let baseURL = named.contains("://") ? named : (isLocal ? "http://" : "https://") + named
        guard let url = URL(string: baseURL), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
            throw StartFailure.badSetting("\(named) is no address; give one such as http://127.0.0.1:8080")
        }
        if url.scheme == "http", !["127.0.0.1", "localhost", "::1", "[::1]"].contains(url.host ?? "") {
            let line = "tagline: beware, the secret and the token go to \(baseURL) unencrypted\n"
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
        let transport = HTTPTransport(baseURL: baseURL, client: try httpClient(), timeout: Int64(timeout))
        let tokens: any TokenStore = tokenFile.map { FileTokenStore(path: $0) } ?? MemoryTokenStore()
        let client = OfficialAccountClient(
            appID: AppID(appID), secret: secret, transport: transport, tokenStore: tokens,
            retries: RetryPolicy(attempts: 3))
        return Account(appID: AppID(appID), baseURL: baseURL, client: client, patient: client.with(retries))
    }

    private func secret(_ environment: [String: String]) throws -> String {
        if let secretFile {
            guard let text = try? String(contentsOfFile: secretFile, encoding: .utf8) else {
                throw StartFailure.badSetting("the secret cannot be read from \(secretFile)")
            }
            let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !secret.isEmpty else { throw StartFailure.badSetting("there is no secret in \(secretFile)") }
            return secret
        }
        guard let secret = environment["TAGLINE_APP_SECRET"], !secret.isEmpty else {
            throw StartFailure.badSetting("the account's secret is missing: give --secret-file or TAGLINE_APP_SECRET")
        }
        return secret
    }

    private func httpClient() throws -> HTTPClient {
        var configuration = HTTPTransport.configuration(timeout: Int64(timeout))
        if let ca {
            var tls = TLSConfiguration.makeClientConfiguration()
            guard let certificates = try? NIOSSLCertificate.fromPEMFile(ca), !certificates.isEmpty else {
                throw StartFailure.badSetting("\(ca) holds no certificates in PEM form")
            }
            tls.trustRoots = .certificates(certificates)
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        Self.clients.withLock { $0.append(client) }
        return client
    }

    /// Those that were made: each lives as long as the process.
    private static let clients = Mutex<[HTTPClient]>([])
}

extension AccountOptions.Account {
    /// Runs the body; what the platform says becomes one line that says what to do.
    func reporting<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as CallFailure {
            throw self.failure(failure)
        }
    }

    func failure(_ failure: CallFailure) -> StartFailure {
        switch failure {
        case .refused(let error): .failed("\(baseURL) refused: \(error)")
        case .transport(let transport):
            .failed(
                "\(baseURL) could not be asked: \(transport); see whether it is up, whether the address is right (--base-url) and, over HTTPS, whether its certificate is trusted (--ca)"
            )
        case .badAnswer: .failed("\(baseURL) is no WeChat API, or something stands before it: \(failure)")
        case .tokenStore: .failed("\(failure)")
        }
    }
}
