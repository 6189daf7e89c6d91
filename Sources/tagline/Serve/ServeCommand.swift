import ArgumentParser
import Configuration
import Foundation
import NIOCore
import TaglineServer
import UnixSignals

struct ServeCommand: AsyncParsableCommand, RepeatingOptions {
    static let repeatable = ServerOptions.repeatable

    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service in production: your own accounts and followers, no demo data.",
        discussion: """
            There is no demo world, the clock is the system's, and accounts have no quotas unless you pass --quotas. Add accounts \
            and followers through the admin plane, which listens on loopback and needs a token on any other address. HTTPS needs \
            --tls-cert and --tls-key.

            Every setting can be given on the command line, in the environment and in a file, JSON or YAML; the first of these wins. \
            --http-port is TAGLINE_HTTP_PORT, and {"tagline": {"http": {"port": 8080}}} in the file. The other names follow this pattern:

            \(SettingName.rows)

            --cloud-account opens the cloud gateway, for that account. The gateway lets through only the calls that --cloud-paths \
            and --cloud-config list.

            --config or TAGLINE_CONFIG names the file. Keep the admin token in a file of its own, or in the environment as \
            TAGLINE_ADMIN_TOKEN.

            On SIGHUP, the server reads the settings again, and also the files that they name, and drops no call. The new \
            certificate, log level, connection limits and quotas apply from then on. The log names the settings that need a restart.

            \(Examples.text([
                "tagline serve --data /var/lib/tagline",
                "tagline serve --store postgres://tagline@db.example.com/tagline --admin-token-file /etc/tagline/admin-token",
            ]))

            Exit codes: 0 after SIGINT or SIGTERM, 1 if it could not start or had to stop, 64 for a wrong setting.
            """)

    @OptionGroup var options: ServerOptions

    @Option(
        help:
            "Directory to keep the data in; it is created if it does not exist. Required, unless --store names a database.",
        completion: .directory
    )
    var data: String?

    @Option(help: "How often accounts may call: none for no limits, or documented. (default: none)")
    var quotas: String?

    @Option(
        help: """
            What to keep of the last 10,000 calls, in memory, for tagline calls: nothing, or metadata, which is everything but \
            queries and bodies. (default: nothing)
            """)
    var journal: String?

    @Option(
        help: "File with settings: YAML if its name ends in .yaml or .yml, otherwise JSON.", completion: .file())
    var config: String?

    @Flag(help: "Ignore names in that file that are not settings, with a warning, instead of refusing to start.")
    var lenient = false

    @Flag(help: "Check whether the settings can work, and exit: 0 if so, 64 if not, 1 for files that cannot be used.")
    var check = false

    mutating func run() async throws {
        ProcessLimits.endAtOnce(on: [SIGINT, SIGTERM])
        let sources = SettingsSources(
            flags: options.provider(adding: [
                ServerSettings.Key.data: data, ServerSettings.Key.quotas: quotas, ServerSettings.Key.journal: journal,
            ]),
            file: config, isLenient: lenient)
        if check { return try Self.check(try sources.settings()) }
        let rereading = await Rereading(sources.settings)
        let settings = try sources.settings()
        try await Server(settings, as: .production(settings, rereading)).run()
    }

    /// Makes the checks that a starting server makes before it opens its data.
    private static func check(_ settings: ServerSettings) throws {
        _ = try settings.database?.schema()
        for address in [settings.bind, settings.adminBind, settings.cloudBind] {
            guard (try? SocketAddress.makeAddressResolvingHost(address, port: 0)) != nil else {
                throw StartFailure.failed("\(ListenerError.badAddress(address: address))")
            }
        }
        if settings.cloud.account == nil { try settings.cloud.judgeUnopened() }
        for warning in settings.warnings { try tell("Ignored: \(warning)") }
        try tell("The settings can work.")
    }
}

extension Server.Role {
    /// Returns the role of a production server, which creates no demo data.
    ///
    /// - Parameter rereading: how the server reads the settings again.
    static func production(_ settings: ServerSettings, _ rereading: Rereading) -> Server.Role {
        Server.Role(
            quotas: settings.quotas ?? QuotaPolicy.none,
            prepare: { served, _ in
                guard try await !served.isSandbox() else {
                    throw StartFailure.failed(
                        "\(served.place) holds the data of a sandbox, whose accounts have publicly known secrets; "
                            + served.remedy)
                }
            },
            certificate: { _ in settings.certificate },
            cloud: (nil, isOpen: false),
            clock: { _ in nil },
            hostNames: settings.hostNames(isSandbox: false),
            journal: settings.journal, printsCalls: false,
            endsOn: [.sigint, .sigterm],
            rereading: rereading,
            announce: { ready, _, place in
                """
                Tagline serves on \(ready.http)\(ready.https.map { " and \($0)" } ?? "")\(others(settings.bind)), \
                admin plane and console on \(ready.admin)\(others(settings.adminBind)), data in \(place).

                """
            })
    }

    /// Returns a note for the announcement if `address` means every address of this machine; otherwise an empty text.
    private static func others(_ address: String) -> String {
        ["0.0.0.0", "::"].contains(address) ? " (and on every other address of this machine)" : ""
    }
}
