import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// The settings from which a command makes its client: the account, the API's address, and the account's secret or
/// token. An option takes precedence over the profile. Without a profile, the environment applies.
///
/// A profile replaces the whole environment, so the secret of one account is never combined with the appid of another.
struct ClientSettings {
    let options: AccountOptions
    let profile: Profile?

    private func environment(_ name: String) -> String? {
        profile == nil ? SecretText.environment(name) : nil
    }

    /// Returns the appid. Throws ``StartFailure`` if the appid is missing, or if `--app-id` is empty. If a script
    /// passes an empty variable by mistake, the command must not use the account of the profile or of the
    /// environment.
    func appID() throws -> AppID {
        if let given = options.appId {
            let text = SecretText.trimmed(given)
            guard !text.isEmpty else { throw StartFailure.badSetting("--app-id is empty; name the account") }
            return AppID(text)
        }
        guard let text = profile?.app_id ?? environment("TAGLINE_APP_ID") else {
            throw StartFailure.badSetting("the account is missing; name it with --app-id or in TAGLINE_APP_ID")
        }
        return AppID(text)
    }

    var ca: String? { options.ca ?? profile?.ca }
    var proxy: String? { options.proxy ?? profile?.proxy }

    /// Returns the address of the API. The default is WeChat. An address that is set but empty is an error and does not
    /// select the default.
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

    /// Returns a client that uses the account's secret, or tokens from another source.
    ///
    /// - Parameter source: the other source; nil for the account's secret.
    func client(
        _ appID: AppID, _ transport: any Transport, tokens source: (any AccessTokenSource)?, isPlan: Bool
    ) async throws -> OfficialAccountClient {
        let patience = RetryPolicy(attempts: 3)
        if let source {
            return OfficialAccountClient(appID: appID, tokens: source, transport: transport, retries: patience)
        }
        let tokens = try tokenStore(isPlan: isPlan)
        return OfficialAccountClient(
            appID: appID, secret: try await secret(), transport: transport, tokenStore: tokens, retries: patience)
    }

    private func tokenStore(isPlan: Bool) throws -> any TokenStore {
        guard let path = options.tokenFile ?? profile?.token_file else { return MemoryTokenStore() }
        // With a pipe, the SDK would wait for the pipe's end, perhaps for ever, and then replace the pipe by a file.
        guard FileStatus(path: path)?.isPlain ?? true else {
            throw StartFailure.badSetting("--token-file: \(path) is not a regular file; name another")
        }
        let file = FileTokenStore(path: path)
        return isPlan ? UnwrittenTokenStore(file) as any TokenStore : file
    }

    /// Returns the source of tokens that replaces the account's secret; nil if the client should use the secret.
    ///
    /// Throws ``StartFailure`` if the options name two sources, or a source and a token file.
    func tokenSource() throws -> (any AccessTokenSource)? {
        guard let (source, name) = try namedTokenSource() else { return nil }
        guard options.tokenFile == nil else {
            throw StartFailure.badSetting(
                "--token-file is for tokens that the command fetches with the account's secret, but \(name) gives the token; use only one"
            )
        }
        if profile?.token_file != nil {
            StandardError.say("token_file of the profile is not used, because \(name) gives the token")
        }
        return source
    }

    /// Returns the source of tokens, and the option, the setting or the variable that names the source. Returns nil if
    /// the client should use the secret.
    private func namedTokenSource() throws -> (any AccessTokenSource, String)? {
        if options.accessTokenFile != nil, options.tokenCommand != nil {
            throw StartFailure.badSetting(
                "--access-token-file and --token-command are two sources of tokens; use only one")
        }
        if options.secretFile != nil {
            guard options.accessTokenFile == nil, options.tokenCommand == nil else {
                throw StartFailure.badSetting(
                    "--secret-file is only for fetching tokens; leave it out if tokens come from elsewhere")
            }
            return nil
        }
        if let file = options.accessTokenFile { return (try Self.tokens(in: file), "--access-token-file") }
        if let command = options.tokenCommand {
            return (Self.tokens(printedBy: command, name: "--token-command"), "--token-command")
        }
        if let file = profile?.access_token_file { return (try Self.tokens(in: file), "access_token_file") }
        if let command = profile?.token_command {
            return (Self.tokens(printedBy: command, name: "token_command"), "token_command")
        }
        guard let token = environment("TAGLINE_ACCESS_TOKEN") else { return nil }
        if environment("TAGLINE_APP_SECRET") != nil {
            StandardError.say("TAGLINE_ACCESS_TOKEN is used, and TAGLINE_APP_SECRET is not; unset one of them")
        }
        return (
            FixedAccessToken(try SecretText.token(token, from: "TAGLINE_ACCESS_TOKEN")), "TAGLINE_ACCESS_TOKEN"
        )
    }

    private static func tokens(in file: String) throws -> SuppliedAccessTokens {
        // Read the file now, so that the command reports a wrong file name before it makes a call.
        let first = Mutex<String?>(try token(in: file))
        return SuppliedAccessTokens {
            let token = first.withLock { first in
                defer { first = nil }
                return first
            }
            return try token ?? Self.token(in: file)
        }
    }

    private static func token(in file: String) throws -> String {
        try SecretText.token(try SecretText.read(from: file, "the access token"), from: file)
    }

    private static func tokens(printedBy command: String, name: String) -> SuppliedAccessTokens {
        // A run ends when `command` fails. The API calls that are still under way must not start `command` again.
        let failure = Mutex<(any Error)?>(nil)
        return SuppliedAccessTokens {
            if let failure = failure.withLock({ $0 }) { throw failure }
            do {
                return try SecretText.token(try await SecretCommand(command, name: name).run(), from: name)
            } catch {
                failure.withLock { $0 = error }
                throw error
            }
        }
    }

    private func secret() async throws -> String {
        if let file = options.secretFile ?? profile?.secret_file {
            return try SecretText.secret(try SecretText.read(from: file, "the secret"), from: file)
        }
        if let command = profile?.secret_command {
            let secret = try await SecretCommand(command, name: "secret_command").run()
            guard !secret.isEmpty else { throw StartFailure.badSetting("secret_command printed nothing") }
            return try SecretText.secret(secret, from: "secret_command")
        }
        guard let secret = environment("TAGLINE_APP_SECRET") else {
            throw StartFailure.badSetting(
                profile.map { "the profile \($0.name) names no secret: give it secret_file or secret_command" }
                    ?? "the account's secret is missing: give --secret-file or TAGLINE_APP_SECRET, or a token with --access-token-file or --token-command"
            )
        }
        return try SecretText.secret(secret, from: "TAGLINE_APP_SECRET")
    }
}
