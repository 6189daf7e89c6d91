import ArgumentParser
import Configuration
import Foundation
import SystemPackage
import TaglineServer
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service in production: your own accounts and followers, nothing made up.",
        discussion: """
            There is no demo world, time is the system's, and accounts may call as often as they like unless --quotas says \
            otherwise. Accounts and followers are put in through the admin plane, which listens on loopback; anywhere else it needs \
            a token. HTTPS is served with --tls-cert and --tls-key, and not without them.

            Every setting can be given on the command line, in the environment and in a JSON file; the first of these wins. \
            --http-port is TAGLINE_HTTP_PORT, and {"tagline": {"http": {"port": 8080}}} in the file. The others are named alike:

              http.port   https.port   bind   tls.cert   tls.key   data   quotas
              connections   connections-per-address
              store   database.schema   database.connections   database.writers
              admin.port   admin.bind   admin.token   admin.token.file
              cloud.account   cloud.port   cloud.socket   cloud.paths   cloud.config   cloud.token.file
              ready.file   log.level   journal

            The cloud gateway is opened with --cloud-account, for that account, and lets through what --cloud-paths and \
            --cloud-config list; without them nothing.

            The file itself is named by --config or TAGLINE_CONFIG. The admin token is best kept in a file of its own, or in the \
            environment as TAGLINE_ADMIN_TOKEN.

            Exit codes: 0 after SIGINT, SIGTERM or SIGHUP, 1 if it could not start or had to stop, 64 for a wrong setting.
            """)

    @OptionGroup var options: ServerOptions

    @Option(
        help: "Directory to keep the data in; it is made if it is not there. Required, unless --store names a database."
    )
    var data: String?

    @Option(
        help: "Address the admin plane listens on; with anything but loopback it needs a token. (default: 127.0.0.1)")
    var adminBind: String?

    @Option(help: "File that holds the admin token, 16 characters or more. (default: TAGLINE_ADMIN_TOKEN, or none)")
    var adminTokenFile: String?

    @Option(help: "How often accounts may call: none for no limits, or documented. (default: none)")
    var quotas: String?

    @Option(
        help: """
            What to keep of the last 10,000 calls, in memory, for tagline calls: nothing, or metadata, which is everything but \
            queries and bodies. (default: nothing)
            """)
    var journal: String?

    @Option(help: "JSON file with settings.")
    var config: String?

    mutating func run() async throws {
        try await StartFailure.reporting {
            let flags = options.provider(adding: [
                ServerSettings.Key.data: data, ServerSettings.Key.adminBind: adminBind,
                ServerSettings.Key.adminTokenFile: adminTokenFile, ServerSettings.Key.quotas: quotas,
                ServerSettings.Key.journal: journal,
            ])
            let environment = EnvironmentVariablesProvider()
            let file = config ?? SettingsReader([environment]).text(["tagline", "config"])
            let settings = try ServerSettings([flags, environment] + (try await Self.provider(file)))
            guard (settings.data == nil) != (settings.database == nil) else {
                throw StartFailure.badSetting(
                    settings.data == nil
                        ? "--data is missing; name the directory to keep the data in, or a database with --store"
                        : "--data and --store are two places to keep the data in; give one")
            }
            try await Server(settings, as: .production(settings)).run()
        }
    }

    private static func provider(_ file: String?) async throws -> [any ConfigProvider] {
        guard let file else { return [] }
        do {
            return [try await FileProvider<JSONSnapshot>(filePath: FilePath(file))]
        } catch {
            throw StartFailure.badSetting("the configuration file \(file) cannot be read as a JSON object")
        }
    }
}

extension Server.Role {
    /// Production: what the settings say, and nothing made up.
    static func production(_ settings: ServerSettings) -> Server.Role {
        Server.Role(
            quotas: settings.quotas ?? QuotaPolicy.none,
            prepare: { served, _ in
                guard try await !served.isSandbox() else {
                    throw StartFailure.failed(
                        "\(served.place) holds the data of a sandbox, whose accounts have secrets that everyone knows; "
                            + served.remedy)
                }
            },
            certificate: { _ in try settings.certificate.map { try ServerCertificate(chain: $0.chain, key: $0.key) } },
            cloud: (nil, isOpen: false),
            clock: { _ in nil },
            journal: settings.journal, printsCalls: false,
            endsOn: [.sigint, .sigterm, .sighup],
            announce: { ready, _, place in
                """
                Tagline serves on \(ready.http)\(ready.https.map { " and \($0)" } ?? "")\(others(settings.bind)), \
                admin plane on \(ready.admin)\(others(settings.adminBind)), data in \(place).

                """
            })
    }

    /// What follows the address by which this machine reaches a listener that all others reach too.
    private static func others(_ address: String) -> String {
        ["0.0.0.0", "::"].contains(address) ? " (and on every other address of this machine)" : ""
    }
}
