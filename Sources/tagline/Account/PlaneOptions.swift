import ArgumentParser
import NIOCore

/// Chooses whether a command calls the API as the account, or talks to the admin plane of a Tagline server.
struct PlaneOptions: ParsableArguments {
    @Flag(help: "Talk to the admin plane of a Tagline server; no secret of the account is needed.")
    var admin = false

    @Option(help: "Appid of the account at the admin plane; implies --admin.")
    var account: String?

    @OptionGroup var options: AdminOptions

    /// Whether the command talks to the admin plane.
    var isAdmin: Bool { option != nil }

    /// The option of the command line that chooses the admin plane; nil if the command calls the API.
    private var option: String? {
        let given = [
            ("--account", account != nil), ("--admin", admin), ("--admin-url", options.adminUrl != nil),
            ("--admin-token-file", options.adminTokenFile != nil),
        ]
        return given.first { $0.1 }?.0
    }

    var json: Bool { options.json }

    /// Returns a client of the admin plane. Throws ``StartFailure`` if the plane's address, proxy, certificates or
    /// token cannot be used. Also throws it for an option of the API, because the person may expect the call there.
    ///
    /// - Parameter account: the options that name the profile, the proxy, the certificates and the timeout.
    func client(_ account: AccountOptions) throws -> AdminClient {
        if let option, let other = account.optionForAPI {
            throw StartFailure.badSetting(
                "\(other) is for calls of the API, and \(option) is for the admin plane of a Tagline server: use one of them"
            )
        }
        var client = try options.makeClient(profile: account.profile, proxy: account.proxy, ca: account.ca)
        client.patience = .seconds(Int64(account.timeout))
        return client
    }

    /// The account's appid. Throws ``StartFailure`` if it is not set.
    var appID: String {
        get throws {
            guard let account else {
                throw StartFailure.badSetting("the admin plane needs an account; name it with --account")
            }
            return account
        }
    }

    /// Returns the account's path in the admin plane with `rest` at its end. Throws ``StartFailure`` if the account is
    /// not set.
    func path(_ rest: String) throws -> String { try AdminClient.path(try appID, rest) }
}

extension PlaneOptions: NamingFiles {
    var namedFiles: NamedFiles {
        var files = NamedFiles()
        files.reads("the admin token", options.adminTokenFile, "--admin-token-file")
        return files
    }
}
