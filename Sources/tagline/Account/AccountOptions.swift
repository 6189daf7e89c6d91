import ArgumentParser
import AsyncHTTPClient
import BulkRuns
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

    /// Makes the clients that call the API. Throws ``StartFailure`` if an option is missing or wrong.
    ///
    /// - Parameters:
    ///   - pace: the rate and the retries of a run; nil for single calls.
    ///   - isPlan: whether the command may write nothing, not even a token.
    func account(_ pace: PaceOptions? = nil, isPlan: Bool = false) async throws -> RunAccount {
        let profile = try Profile.named(profile)
        let settings = AccountSettings(options: self, profile: profile)
        let appID = try settings.appID()
        let address = try settings.address()
        if address.scheme == "http", !address.isLocal {
            StandardError.say("beware, the secret and the token go to \(address.url) unencrypted")
        }
        let proxy = try proxySettings(to: address, settings.proxy)
        var transport: any Transport = HTTPTransport(
            baseURL: address.url, client: try httpClient(through: proxy, settings), timeout: Int64(timeout))
        if verbose || logFile != nil {
            transport = LoggedTransport(transport, log: try CallLog(file: isPlan ? nil : logFile, isVerbose: verbose))
        }
        if let rate = pace?.callsPerSecond { transport = PacedTransport(transport, callsPerSecond: rate) }
        let tokens = try settings.tokenSource()
        let client = try await settings.client(appID, transport, tokens: tokens, isPlan: isPlan)
        return RunAccount(
            appID: appID, name: profile?.name, isTokenSupplied: tokens != nil, baseURL: address.url,
            proxy: proxy?.address,
            client: client,
            patient: client.with(pace?.retries ?? .standard))
    }

    private func httpClient(through proxy: ProxySettings?, _ settings: AccountSettings) throws -> HTTPClient {
        var configuration = HTTPTransport.configuration(timeout: Int64(timeout))
        configuration.proxy = proxy?.configuration
        if let ca = settings.ca {
            var tls = TLSConfiguration.makeClientConfiguration()
            let certificates = CertificateFile.certificates(in: ca)
            guard !certificates.isEmpty else {
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
            if let proxy { return proxy.isEmpty ? nil : try ProxySettings(SecretText.trimmed(proxy)) }
            return try ProxySettings.named(
                by: ProcessInfo.processInfo.environment.mapValues(SecretText.trimmed), forScheme: address.scheme,
                host: address.host, port: address.port)
        } catch {
            let place =
                proxy == nil ? "a proxy in the environment (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY)" : "--proxy"
            throw StartFailure.badSetting("\(place): \(error)")
        }
    }

    /// Returns the certificates that `SSL_CERT_FILE` and `SSL_CERT_DIR` name; nil if neither is set. As with OpenSSL,
    /// `SSL_CERT_DIR` is a list of directories with `:` between them. Throws ``StartFailure`` if they hold no
    /// certificates.
    private static func rootsOfEnvironment() throws -> [NIOSSLCertificate]? {
        let file = SecretText.environment("SSL_CERT_FILE")
        let directories = SecretText.environment("SSL_CERT_DIR")?.split(separator: ":").map(String.init)
        guard file != nil || directories != nil else { return nil }
        let inFile = file.map(CertificateFile.certificates) ?? []
        if let file, inFile.isEmpty {
            throw StartFailure.badSetting("SSL_CERT_FILE: \(file) holds no certificates in PEM form")
        }
        let inDirectories = (directories ?? []).flatMap { directory in
            ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
                .flatMap { CertificateFile.certificates(in: "\(directory)/\($0)") }
        }
        if let directories, inDirectories.isEmpty, file == nil {
            throw StartFailure.badSetting(
                "SSL_CERT_DIR: \(directories.joined(separator: ", ")) holds no certificates in PEM form")
        }
        return inFile + inDirectories
    }

    /// The clients that were made. Each lives as long as the process.
    private static let clients = Mutex<[HTTPClient]>([])
}

extension RunAccount {
    /// Runs the body. Turns a failed call into one line that says what to do.
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
                "\(baseURL) could not be asked\(proxy.map { " through the proxy \($0)" } ?? ""): \(transport); see whether it is up, whether the address is right (--base-url), whether its certificate is trusted (--ca), and whether \(proxy == nil ? "a proxy is needed" : "the proxy is right") (--proxy)"
            )
        case .badAnswer: .failed("\(baseURL) is not a WeChat API, or something stands before it: \(failure)")
        case .tokenStore, .tokenSource: .failed("\(failure)")
        }
    }
}
