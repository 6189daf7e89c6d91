import ArgumentParser

/// Chooses whether a command calls the API as the account, or talks to the admin plane of a Tagline server.
struct PlaneOptions: ParsableArguments {
    @Flag(help: "Talk to the admin plane of a Tagline server; no secret of the account is needed.")
    var admin = false

    @Option(help: "Appid of the account at the admin plane; implies --admin.")
    var account: String?

    @OptionGroup var options: AdminOptions

    /// Whether the command talks to the admin plane.
    var isAdmin: Bool { admin || account != nil || options.adminUrl != nil || options.adminTokenFile != nil }

    var json: Bool { options.json }

    /// Returns a client of the admin plane. Throws ``StartFailure`` if the plane's address, proxy or token cannot be
    /// used.
    ///
    /// - Parameter account: the options that name the profile and the proxy.
    func client(_ account: AccountOptions) throws -> AdminClient {
        try options.makeClient(profile: account.profile, proxy: account.proxy)
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
