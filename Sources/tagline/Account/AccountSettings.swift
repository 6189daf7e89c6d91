import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// What the options say, and where they say nothing the profile, or without one the environment.
///
/// A profile takes the place of the environment as a whole, so that the secret of one account never meets the appid of another.
struct AccountSettings {
    let options: AccountOptions
    let profile: Profile?

    private func environment(_ name: String) -> String? {
        profile == nil ? SecretText.environment(name) : nil
    }

    /// Nil if none is named.
    var appID: String? {
        options.appId.flatMap { $0.isEmpty ? nil : $0 } ?? profile?.app_id ?? environment("TAGLINE_APP_ID")
    }

    var ca: String? { options.ca ?? profile?.ca }
    var proxy: String? { options.proxy ?? profile?.proxy }

    /// Where calls go. An address that is given and empty is a mistake, and never means WeChat.
    func address() throws -> TypedAddress {
        if let url = options.baseUrl { return try TypedAddress(url, option: "--base-url") }
        if let profile {
            return try TypedAddress(profile.base_url ?? HTTPTransport.weChat, option: "base_url of \(profile.name)")
        }
        guard let given = try TypedAddress.environment("TAGLINE_BASE_URL", otherwise: "WeChat") else {
            return try TypedAddress(HTTPTransport.weChat, option: "--base-url")
        }
        return try TypedAddress(given, option: "TAGLINE_BASE_URL")
    }

    /// The client that calls with the account's secret, or with tokens from elsewhere.
    func client(_ appID: AppID, _ transport: any Transport, isPlan: Bool) async throws -> OfficialAccountClient {
        let patience = RetryPolicy(attempts: 3)
        if let source = try tokenSource() {
            return OfficialAccountClient(appID: appID, tokens: source, transport: transport, retries: patience)
        }
        let tokens: any TokenStore =
            (options.tokenFile ?? profile?.token_file).map { path in
                let file = FileTokenStore(path: path)
                return isPlan ? UnwrittenTokenStore(file) as any TokenStore : file
            } ?? MemoryTokenStore()
        return OfficialAccountClient(
            appID: appID, secret: try await secret(), transport: transport, tokenStore: tokens, retries: patience)
    }

    /// Tokens from elsewhere; nil if the account's secret is to be used.
    private func tokenSource() throws -> (any AccessTokenSource)? {
        if options.accessTokenFile != nil, options.tokenCommand != nil {
            throw StartFailure.badSetting("--access-token-file and --token-command are two sources of tokens; give one")
        }
        if options.secretFile != nil {
            guard options.accessTokenFile == nil, options.tokenCommand == nil else {
                throw StartFailure.badSetting(
                    "--secret-file fetches tokens; leave it out if tokens come from elsewhere")
            }
            return nil
        }
        if let file = options.accessTokenFile { return try Self.tokens(in: file) }
        if let command = options.tokenCommand { return Self.tokens(printedBy: command, name: "--token-command") }
        if let file = profile?.access_token_file { return try Self.tokens(in: file) }
        if let command = profile?.token_command { return Self.tokens(printedBy: command, name: "token_command") }
        return environment("TAGLINE_ACCESS_TOKEN").map { FixedAccessToken($0) }
    }

    private static func tokens(in file: String) throws -> SuppliedAccessTokens {
        // Read once now, so that a wrong name is told before anything else.
        let first = Mutex<String?>(try SecretText.read(from: file, "the access token"))
        return SuppliedAccessTokens {
            let token = first.withLock { first in
                defer { first = nil }
                return first
            }
            return try token ?? SecretText.read(from: file, "the access token")
        }
    }

    private static func tokens(printedBy command: String, name: String) -> SuppliedAccessTokens {
        SuppliedAccessTokens { try await SecretCommand(command, name: name).run() }
    }

    private func secret() async throws -> String {
        if let file = options.secretFile ?? profile?.secret_file {
            return try SecretText.read(from: file, "the secret")
        }
        if let command = profile?.secret_command {
            let secret = try await SecretCommand(command, name: "secret_command").run()
            guard !secret.isEmpty else { throw StartFailure.badSetting("secret_command printed nothing") }
            return secret
        }
        guard let secret = environment("TAGLINE_APP_SECRET") else {
            throw StartFailure.badSetting(
                profile.map { "the profile \($0.name) names no secret: give it secret_file or secret_command" }
                    ?? "the account's secret is missing: give --secret-file or TAGLINE_APP_SECRET")
        }
        return secret
    }
}
