import ArgumentParser

/// Whether a command calls the API as the account, or talks to the admin plane of a Tagline server.
struct PlaneOptions: ParsableArguments {
    @Flag(help: "Talk to the admin plane of a Tagline server; no secret of the account is needed.")
    var admin = false

    @Option(help: "At the admin plane, the account's appid; it means --admin.")
    var account: String?

    @OptionGroup var options: AdminOptions

    /// Whether it is the admin plane.
    var isAdmin: Bool { admin || account != nil || options.adminUrl != nil || options.adminTokenFile != nil }

    var json: Bool { options.json }

    /// The account's appid. Throws ``StartFailure`` if none is named.
    var appID: String {
        get throws {
            guard let account else {
                throw StartFailure.badSetting("whose? Name the account with --account, as the admin plane needs it")
            }
            return account
        }
    }

    /// The account's path at the admin plane. Throws ``StartFailure`` if no account is named.
    func path(_ rest: String) throws -> String { try AdminClient.path(try appID, rest) }
}
