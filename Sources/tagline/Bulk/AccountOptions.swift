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

    @Option(
        help: "File that holds an access token, read again when the token has died. (default: TAGLINE_ACCESS_TOKEN)")
    var accessTokenFile: String?

    @Option(help: "Command that prints an access token, run again when the token has died. The shell runs it.")
    var tokenCommand: String?

    @Option(help: "Where the API is. (default: TAGLINE_BASE_URL, or WeChat: https://api.weixin.qq.com)")
    var baseUrl: String?

    @Option(
        help: "File with the certificates, PEM, by one of which the server's must be signed. (default: the system's)")
    var ca: String?

    @Option(
        help: """
            Proxy that calls go through, such as http://user:password@proxy:3128 or socks5://proxy:1080; empty for none. (default: \
            HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, but for hosts in NO_PROXY)
            """)
    var proxy: String?

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
        guard let appID = (appId.flatMap { $0.isEmpty ? nil : $0 }) ?? SecretText.environment("TAGLINE_APP_ID") else {
            throw StartFailure.badSetting("whose followers? Name the account with --app-id or in TAGLINE_APP_ID")
        }
        let address = try address()
        if address.scheme == "http", !address.isLocal {
            let line = "tagline: beware, the secret and the token go to \(address.url) unencrypted\n"
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
        let transport = HTTPTransport(
            baseURL: address.url, client: try httpClient(to: address), timeout: Int64(timeout))
        let client = try client(AppID(appID), transport)
        return Account(appID: AppID(appID), baseURL: address.url, client: client, patient: client.with(retries))
    }

    /// Where calls go. An address that is given and empty is a mistake, and never means WeChat.
    private func address() throws -> TypedAddress {
        if let baseUrl { return try TypedAddress(baseUrl, option: "--base-url") }
        guard let given = try TypedAddress.environment("TAGLINE_BASE_URL", otherwise: "WeChat") else {
            return try TypedAddress(HTTPTransport.weChat, option: "--base-url")
        }
        return try TypedAddress(given, option: "TAGLINE_BASE_URL")
    }

    private func client(_ appID: AppID, _ transport: HTTPTransport) throws -> OfficialAccountClient {
        let patience = RetryPolicy(attempts: 3)
        if let source = try tokenSource() {
            return OfficialAccountClient(appID: appID, tokens: source, transport: transport, retries: patience)
        }
        let tokens: any TokenStore = tokenFile.map { FileTokenStore(path: $0) } ?? MemoryTokenStore()
        return OfficialAccountClient(
            appID: appID, secret: try secret(), transport: transport, tokenStore: tokens, retries: patience)
    }

    /// Tokens from elsewhere; nil if the account's secret is to be used.
    private func tokenSource() throws -> (any AccessTokenSource)? {
        let fromEnvironment = SecretText.environment("TAGLINE_ACCESS_TOKEN")
        if accessTokenFile != nil, tokenCommand != nil {
            throw StartFailure.badSetting("--access-token-file and --token-command are two sources of tokens; give one")
        }
        if secretFile != nil, accessTokenFile != nil || tokenCommand != nil {
            throw StartFailure.badSetting("--secret-file fetches tokens; leave it out if tokens come from elsewhere")
        }
        if let accessTokenFile {
            // Read once now, so that a wrong name is told before anything else.
            let first = try SecretText.read(from: accessTokenFile, "the access token")
            let isFirst = Mutex(true)
            return SuppliedAccessTokens {
                if isFirst.withLock({ isFirst in
                    defer { isFirst = false }
                    return isFirst
                }) {
                    return first
                }
                return try SecretText.read(from: accessTokenFile, "the access token")
            }
        }
        if let tokenCommand { return SuppliedAccessTokens { try await TokenCommand(tokenCommand).run() } }
        guard secretFile == nil, let fromEnvironment else { return nil }
        return FixedAccessToken(fromEnvironment)
    }

    private func secret() throws -> String {
        if let secretFile { return try SecretText.read(from: secretFile, "the secret") }
        guard let secret = SecretText.environment("TAGLINE_APP_SECRET") else {
            throw StartFailure.badSetting("the account's secret is missing: give --secret-file or TAGLINE_APP_SECRET")
        }
        return secret
    }

    private func httpClient(to address: TypedAddress) throws -> HTTPClient {
        var configuration = HTTPTransport.configuration(timeout: Int64(timeout))
        configuration.proxy = try proxySettings(to: address)?.configuration
        if let ca {
            var tls = TLSConfiguration.makeClientConfiguration()
            guard let certificates = try? NIOSSLCertificate.fromPEMFile(ca), !certificates.isEmpty else {
                throw StartFailure.badSetting("\(ca) holds no certificates in PEM form")
            }
            tls.trustRoots = .certificates(certificates)
            configuration.tlsConfiguration = tls
        } else if let roots = try Self.rootsOfEnvironment() {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(roots)
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        Self.clients.withLock { $0.append(client) }
        return client
    }

    private func proxySettings(to address: TypedAddress) throws -> ProxySettings? {
        do throws(ProxySettings.Invalid) {
            if let proxy { return proxy.isEmpty ? nil : try ProxySettings(proxy) }
            return try ProxySettings.named(
                by: ProcessInfo.processInfo.environment, forScheme: address.scheme, host: address.host)
        } catch {
            throw StartFailure.badSetting("\(proxy == nil ? "the environment" : "--proxy"): \(error)")
        }
    }

    /// The certificates in `SSL_CERT_FILE` and `SSL_CERT_DIR`; nil if neither is set. Throws ``StartFailure`` if they hold none.
    private static func rootsOfEnvironment() throws -> [NIOSSLCertificate]? {
        let file = SecretText.environment("SSL_CERT_FILE")
        let directory = SecretText.environment("SSL_CERT_DIR")
        guard file != nil || directory != nil else { return nil }
        var roots: [NIOSSLCertificate] = []
        if let file { roots += (try? NIOSSLCertificate.fromPEMFile(file)) ?? [] }
        for name in directory.flatMap({ try? FileManager.default.contentsOfDirectory(atPath: $0) }) ?? [] {
            roots += (try? NIOSSLCertificate.fromPEMFile("\(directory ?? "")/\(name)")) ?? []
        }
        guard !roots.isEmpty else {
            throw StartFailure.badSetting("SSL_CERT_FILE and SSL_CERT_DIR name no certificates in PEM form")
        }
        return roots
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
                "\(baseURL) could not be asked: \(transport); see whether it is up, whether the address is right (--base-url), whether its certificate is trusted (--ca), and whether a proxy is needed (--proxy)"
            )
        case .badAnswer: .failed("\(baseURL) is not a WeChat API, or something stands before it: \(failure)")
        case .tokenStore, .tokenSource: .failed("\(failure)")
        }
    }
}
