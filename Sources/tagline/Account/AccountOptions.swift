import ArgumentParser
import AsyncHTTPClient
import BulkRuns
import Foundation
import FreshFiles
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// The account for which a command makes calls, and the address of the API.
struct AccountOptions: ParsableArguments {
    @Option(
        help: """
            Name of a profile, which holds the account, the address and the secret. The command then ignores the environment \
            variables for them. The profiles are in $XDG_CONFIG_HOME/tagline/config.json, or in ~/.config/tagline/config.json. \
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
        help:
            "File with an access token. The command reads it again if the token is no longer valid. (default: TAGLINE_ACCESS_TOKEN)",
        completion: .file())
    var accessTokenFile: String?

    @Option(help: "Shell command that prints an access token. It runs again if the token is no longer valid.")
    var tokenCommand: String?

    @Option(help: "Address of the API. (default: TAGLINE_BASE_URL, or WeChat: https://api.weixin.qq.com)")
    var baseUrl: String?

    @Option(
        help:
            "PEM file with certificates, one of which must have signed the server's certificate. (default: the system's)",
        completion: .file())
    var ca: String?

    @Option(
        help: """
            Proxy that calls go through, such as http://user:password@proxy:3128 or socks5://proxy:1080; empty for no proxy. \
            (default: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, except for this machine and for hosts in NO_PROXY)
            """)
    var proxy: String?

    @Option(
        help: "File that shares the token with other processes. (default: each process fetches the stable token)",
        completion: .file())
    var tokenFile: String?

    @Option(help: "Seconds to wait for an answer.")
    var timeout = 30

    @Flag(name: .shortAndLong, help: "Print each call to standard error: time, path, duration and the answer's code.")
    var verbose = false

    @Option(help: "File that gets a line for each call; it holds no tokens.", completion: .file())
    var logFile: String?

    func validate() throws {
        guard 1...600 ~= timeout else { throw ValidationError("--timeout must be a number of seconds from 1 to 600") }
    }

    /// An option of the command line that only calls of the API can use; nil if the command line has no such option.
    var optionForAPI: String? {
        let given = [
            ("--base-url", baseUrl != nil), ("--app-id", appId != nil), ("--secret-file", secretFile != nil),
            ("--access-token-file", accessTokenFile != nil), ("--token-command", tokenCommand != nil),
            ("--token-file", tokenFile != nil), ("--verbose", verbose), ("--log-file", logFile != nil),
        ]
        return given.first { $0.1 }?.0
    }

    /// Returns the account with two clients of the API: one for the calls of a run, and one for all other calls. Throws
    /// ``StartFailure`` if an option is missing or wrong.
    ///
    /// - Parameters:
    ///   - pace: the rate and the retries of a run; nil for no maximum rate and the standard retries.
    ///   - isPlan: whether the command only shows a plan. It then writes no file, not even the token file.
    func account(_ pace: PaceOptions? = nil, isPlan: Bool = false) async throws -> RunAccount {
        let profile = try Profile.named(profile)
        let settings = ClientSettings(options: self, profile: profile)
        let appID = try settings.appID()
        let address = try settings.address()
        if address.scheme == "http", !address.isLocal {
            StandardError.say("beware, the secret and the token go to \(address.url) unencrypted")
        }
        let proxy = try ProxyChoice.proxy(to: address, given: settings.proxy)
        var transport: any Transport = HTTPTransport(
            baseURL: address.url, client: try httpClient(to: address, through: proxy, settings),
            timeout: Int64(timeout))
        if verbose || logFile != nil {
            transport = LoggedTransport(transport, log: try CallLog(file: isPlan ? nil : logFile, isVerbose: verbose))
        }
        if let rate = pace?.callsPerSecond { transport = PacedTransport(transport, callsPerSecond: rate) }
        transport = TagListWatch(transport)
        let tokens = try settings.tokenSource()
        let client = try await settings.client(appID, transport, tokens: tokens, isPlan: isPlan)
        return RunAccount(
            appID: appID, name: profile?.name, isTokenSupplied: tokens != nil, baseURL: address.url,
            proxy: proxy?.address,
            client: client,
            patient: client.with(pace?.retries ?? .standard))
    }

    private func httpClient(
        to address: TypedAddress, through proxy: ProxySettings?, _ settings: ClientSettings
    ) throws -> HTTPClient {
        var configuration = HTTPTransport.configuration(for: address.url, timeout: Int64(timeout))
        configuration.proxy = proxy?.configuration
        configuration.trust(try TrustRoots.certificates(settings.ca))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        Self.clients.withLock { $0.append(client) }
        return client
    }

    /// The HTTP clients that this type has made. Each client exists until the process ends.
    private static let clients = Mutex<[HTTPClient]>([])
}

extension AccountOptions: NamingFiles {
    var namedFiles: NamedFiles {
        get throws {
            var files = try Profile.named(profile)?.namedFiles ?? NamedFiles()
            files.reads("the secret", secretFile, "--secret-file")
            files.reads("the access token", accessTokenFile, "--access-token-file")
            files.reads("the certificates", ca, "--ca")
            files.reads("the certificates", SecretText.environment("SSL_CERT_FILE"), "SSL_CERT_FILE")
            files.writes("the token file", tokenFile, "--token-file", andWith: [FilePart.usualEnding])
            files.writes("the log of calls", logFile, "--log-file")
            return files
        }
    }
}

extension RunAccount {
    /// Runs the body. Turns a failed call into one line that says what to do.
    ///
    /// - Parameter tags: the tags that the calls in `body` name. If the platform answers that a tag does not exist,
    ///   this function reads the list of tags again. Only the list tells whether the tag is really gone.
    func reporting<Value>(about tags: [TagID] = [], _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch CallFailure.refused(let error) where error.code == .invalidTagID && !tags.isEmpty {
            throw StartFailure.failed(await verdict(on: tags).sentence(after: error))
        } catch let failure as CallFailure {
            throw self.failure(failure)
        }
    }

    func failure(_ failure: CallFailure) -> StartFailure {
        switch failure {
        case .refused(let error): .failed("\(baseURL) refused: \(error)")
        case .transport(let transport):
            .failed(
                "\(baseURL) \(transport.mayHaveBeenApplied ? "gave no valid answer" : "could not be reached")\(proxy.map { " through the proxy \($0)" } ?? ""): \(transport); check that the server is up, its address (--base-url), its certificate (--ca), and whether \(proxy == nil ? "a proxy is needed" : "the proxy is right") (--proxy)"
            )
        case .badAnswer: .failed("\(baseURL) is not a WeChat API, or a proxy in front of it answered: \(failure)")
        case .tokenStore, .tokenSource: .failed("\(failure)")
        }
    }
}
