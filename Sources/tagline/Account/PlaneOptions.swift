import ArgumentParser

/// Chooses whether a command calls the API as the account, or talks to the admin plane of a Tagline server.
struct PlaneOptions: ParsableArguments {
    @Flag(help: "Talk to the admin plane of a Tagline server; no secret of the account is needed.")
    var admin = false

    @Option(help: "At the admin plane, the account's appid; it means --admin.")
    var account: String?

    @OptionGroup var options: AdminOptions

    /// Whether the command talks to the admin plane.
    var isAdmin: Bool { admin || account != nil || options.adminUrl != nil || options.adminTokenFile != nil }

    var json: Bool { options.json }

    /// The account's appid. Throws ``StartFailure`` if it is not set.
    var appID: String {
        get throws {
            guard let account else {
                throw StartFailure.badSetting("whose? Name the account with --account, as the admin plane needs it")
            }
            return account
        }
    }

    /// The account's path in the admin plane. Throws ``StartFailure`` if the account is not set.
    func path(_ rest: String) throws -> String { try AdminClient.path(try appID, rest) }
}
