import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOSSL
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// The account in whose name calls are made, and where they go.
struct AccountOptions: ParsableArguments {
    @Option(
        help: """
            Account, address and secret by the name they have in ~/.config/tagline/config.json; the environment does not count then. \
            (default: TAGLINE_PROFILE, or none)
            """)
    var profile: String?

    @Option(help: "The account's appid. (default: TAGLINE_APP_ID)")
    var appId: String?

    @Option(
        help: "File that holds the account's secret. (default: the secret itself in TAGLINE_APP_SECRET)",
        completion: .file())
    var secretFile: String?

    @Option(
        help: "File that holds an access token, read again when the token has died. (default: TAGLINE_ACCESS_TOKEN)",
        completion: .file())
    var accessTokenFile: String?

    @Option(help: "Command that prints an access token, run again when the token has died. The shell runs it.")
    var tokenCommand: String?

    @Option(help: "Where the API is. (default: TAGLINE_BASE_URL, or WeChat: https://api.weixin.qq.com)")
    var baseUrl: String?

    @Option(
        help: "File with the certificates, PEM, by one of which the server's must be signed. (default: the system's)",
        completion: .file())
    var ca: String?

    @Option(
        help: """
            Proxy that calls go through, such as http://user:password@proxy:3128 or socks5://proxy:1080; empty for none. (default: \
            HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, but for hosts in NO_PROXY)
            """)
    var proxy: String?

    @Option(
        help: "File to share the token through with other processes. (default: each fetches the stable token)",
        completion: .file())
    var tokenFile: String?

    @Option(help: "Seconds until an answer must be there.")
    var timeout = 30

    @Flag(name: .shortAndLong, help: "Say every call on standard error: when, which, how long, and the answer's code.")
    var verbose = false

    @Option(help: "File to add a line for every call to; tokens are not in it.", completion: .file())
    var logFile: String?

    func validate() throws {
        guard 1...600 ~= timeout else { throw ValidationError("--timeout is a number of seconds from 1 to 600") }
    }

    /// An account whose calls go out.
    struct Account {
        let appID: AppID
        /// The name of the account's profile; nil without one.
        let name: String?
        let baseURL: String
        /// For what is asked before and after a run: a server that is away is told of soon.
        let client: OfficialAccountClient
        /// For the run: patient.
        let patient: OfficialAccountClient

        /// Names the account and the API's address, for people.
        var told: String {
            "the account \(name.map { "\($0.shown) (\(appID.rawValue.shown))" } ?? appID.rawValue.shown) at \(baseURL)"
        }
    }

    /// Makes the clients that call the API. Throws ``StartFailure`` if an option is missing or wrong.
    ///
    /// - Parameters:
    ///   - pace: the rate and the retries of a run; nil for single calls.
    ///   - isPlan: whether the command may write nothing, not even a token.
    func account(_ pace: PaceOptions? = nil, isPlan: Bool = false) async throws -> Account {
        let profile = try Profile.named(profile)
        let settings = AccountSettings(options: self, profile: profile)
        guard let appID = settings.appID else {
            throw StartFailure.badSetting("whose followers? Name the account with --app-id or in TAGLINE_APP_ID")
        }
        let address = try settings.address()
        if address.scheme == "http", !address.isLocal {
            StandardError.say("beware, the secret and the token go to \(address.url) unencrypted")
        }
        var transport: any Transport = HTTPTransport(
            baseURL: address.url, client: try httpClient(to: address, settings), timeout: Int64(timeout))
        if verbose || logFile != nil {
            transport = LoggedTransport(transport, log: try CallLog(file: isPlan ? nil : logFile, isVerbose: verbose))
        }
        if let rate = pace?.callsPerSecond { transport = PacedTransport(transport, callsPerSecond: rate) }
        let client = try await settings.client(AppID(appID), transport, isPlan: isPlan)
        return Account(
            appID: AppID(appID), name: profile?.name, baseURL: address.url, client: client,
            patient: client.with(pace?.retries ?? .standard))
    }

    private func httpClient(to address: TypedAddress, _ settings: AccountSettings) throws -> HTTPClient {
        var configuration = HTTPTransport.configuration(timeout: Int64(timeout))
        configuration.proxy = try proxySettings(to: address, settings.proxy)?.configuration
        if let ca = settings.ca {
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

    private func proxySettings(to address: TypedAddress, _ proxy: String?) throws -> ProxySettings? {
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
