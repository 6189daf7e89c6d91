import ArgumentParser
import Configuration

/// The options that every server has. The server looks for an absent option in the environment and then in the
/// configuration file.
struct ServerOptions: ParsableArguments {
    @OptionGroup(title: "Where it listens") var listeners: ListenerOptions
    @OptionGroup(title: "The admin plane") var admin: AdminPlaneOptions
    @OptionGroup(title: "HTTPS") var certificate: CertificateOptions
    @OptionGroup(title: "Where the data is") var place: StoreOptions
    @OptionGroup(title: "The cloud gateway") var cloud: CloudOptions
    @OptionGroup(title: "Logs and reports") var reports: ReportOptions

    /// The options that may be repeated.
    static let repeatable: Set = ["--admin-host", "--trusted-proxies"]

    /// Returns these options as configuration, together with `own`, the options that only one command has.
    func provider(adding own: [AbsoluteConfigKey: String?] = [:]) -> InMemoryProvider {
        var texts: [AbsoluteConfigKey: String?] = [
            ServerSettings.Key.httpPort: listeners.httpPort.map(String.init),
            ServerSettings.Key.httpsPort: listeners.httpsPort.map(String.init),
            ServerSettings.Key.adminPort: admin.adminPort.map(String.init),
            ServerSettings.Key.adminBind: admin.adminBind,
            ServerSettings.Key.adminTokenFile: admin.adminTokenFile,
            ServerSettings.Key.adminHost: Self.list(admin.adminHost),
            ServerSettings.Key.container: listeners.container ? "true" : nil,
            ServerSettings.Key.trustedProxies: Self.list(listeners.trustedProxies),
            ServerSettings.Key.proxyProtocol: listeners.proxyProtocol ? "true" : nil,
            ServerSettings.Key.platformAddresses: listeners.platformAddresses,
            ServerSettings.Key.cloudBind: cloud.cloudBind,
            ServerSettings.Key.cloudPort: cloud.cloudPort.map(String.init),
            ServerSettings.Key.cloudSocket: cloud.cloudSocket,
            ServerSettings.Key.cloudAccount: cloud.cloudAccount,
            ServerSettings.Key.cloudPaths: cloud.cloudPaths,
            ServerSettings.Key.cloudConfig: cloud.cloudConfig,
            ServerSettings.Key.cloudTokenFile: cloud.cloudTokenFile,
            ServerSettings.Key.bind: listeners.bind,
            ServerSettings.Key.acceptLoss: place.acceptLoss ? "true" : nil,
            ServerSettings.Key.connections: listeners.connections,
            ServerSettings.Key.connectionsPerAddress: listeners.connectionsPerAddress,
            ServerSettings.Key.readyFile: reports.readyFile,
            DatabaseSettings.store: place.store,
            DatabaseSettings.databaseSchema: place.databaseSchema,
            DatabaseSettings.databaseConnections: place.databaseConnections,
            DatabaseSettings.databaseWriters: place.databaseWriters,
            ServerSettings.Key.tlsCert: certificate.tlsCert,
            ServerSettings.Key.tlsKey: certificate.tlsKey,
            ServerSettings.Key.logLevel: reports.logLevel,
            ServerSettings.Key.logFormat: reports.logFormat,
        ]
        texts.merge(own) { $1 }
        return InMemoryProvider(
            name: "command line",
            values: texts.compactMapValues { $0.map { ConfigValue(.string($0), isSecret: false) } })
    }

    private static func list(_ values: [String]) -> String? {
        values.isEmpty ? nil : values.joined(separator: ",")
    }
}

/// The ports and addresses of the API, and the limits of its connections.
struct ListenerOptions: ParsableArguments {
    @Option(help: "Port of the API over HTTP; 0 for any that is free. (default: 8080)")
    var httpPort: Int?

    @Option(help: "Port of the API over HTTPS; 0 for any that is free. (default: 8443)")
    var httpsPort: Int?

    @Option(
        help: """
            Address the API listens on. Beware: with anything but loopback, others on your network can call it. (default: \
            127.0.0.1)
            """)
    var bind: String?

    @Option(
        help: """
            Maximum number of open connections at each listener. At the limit, the server closes the connection that has been \
            idle for longest. (default: 10000)
            """)
    var connections: String?

    @Option(help: "Maximum number of open connections of one address at each listener. (default: no such limit)")
    var connectionsPerAddress: String?

    @Flag(
        help: """
            Listen on every address, for a container that clients can reach only through its own network. In a sandbox, every \
            client that reaches the ports can then do everything.
            """)
    var container = false

    @Option(
        help: ArgumentHelp(
            """
            Address or range, such as 10.0.0.0/8, of proxies whose X-Forwarded-For names the caller; may be repeated.
            """, valueName: "cidr"))
    var trustedProxies: [String] = []

    @Flag(help: "Expect the PROXY protocol, version 2, at the start of each connection of a trusted proxy.")
    var proxyProtocol = false

    @Option(
        help: """
            IP addresses in the answers of getcallbackip and get_api_domain_ip, separated by commas. (default: 127.0.0.1)
            """)
    var platformAddresses: String?
}

/// The address of the admin plane, and the token and the host names for it.
struct AdminPlaneOptions: ParsableArguments {
    @Option(help: "Port of the admin plane; 0 for any that is free. (default: 8090)")
    var adminPort: Int?

    @Option(
        help: """
            Address the admin plane listens on; with anything but loopback, callers need a token, except in a sandbox with \
            --container. (default: 127.0.0.1)
            """)
    var adminBind: String?

    @Option(
        help: "File that holds the admin token, 16 characters or more. (default: TAGLINE_ADMIN_TOKEN, or none)",
        completion: .file())
    var adminTokenFile: String?

    @Option(
        help: ArgumentHelp(
            """
            Host name for the admin plane and the cloud gateway, in addition to localhost and addresses; may be repeated. A \
            sandbox's certificate covers this name too.
            """, valueName: "name"))
    var adminHost: [String] = []
}

/// The certificate for HTTPS.
struct CertificateOptions: ParsableArguments {
    @Option(help: "Certificate chain for HTTPS, PEM.", completion: .file())
    var tlsCert: String?

    @Option(help: "Private key of that certificate, PEM.", completion: .file())
    var tlsKey: String?
}

/// The database, and how to treat a damaged log.
struct StoreOptions: ParsableArguments {
    @Option(
        help: """
            PostgreSQL database to keep accounts and followers in, such as postgres://tagline@db.example.com/tagline, instead of a \
            file; see tagline migrate.
            """)
    var store: String?

    @Option(help: "PostgreSQL schema that holds the tables. (default: tagline)")
    var databaseSchema: String?

    @Option(help: "Connections to the database. (default: 8)")
    var databaseConnections: String?

    @Option(
        help: """
            Maximum number of statements that write taggings at once. Over all servers of a database, use about one for each \
            processor of the database. (default: 2)
            """)
    var databaseWriters: String?

    @Flag(
        help: """
            Start although the log of the data is damaged. The server keeps the changes that it can still read, and logs what is \
            lost. Copy the directory first, and use this option for one start only.
            """)
    var acceptLoss = false
}

/// The address and the account of the cloud gateway, and the calls that the gateway allows.
struct CloudOptions: ParsableArguments {
    @Option(
        help: """
            Address the cloud gateway listens on. Beware: with anything but loopback, others on your network can call without a \
            token. (default: 127.0.0.1)
            """)
    var cloudBind: String?

    @Option(help: "Port of the cloud gateway, for calls without a token from this machine; 0 for any. (default: 8081)")
    var cloudPort: Int?

    @Option(help: "Unix socket of the cloud gateway, in addition to the port.", completion: .file())
    var cloudSocket: String?

    @Option(help: "Appid of the account that the cloud gateway uses for a call that names no account.")
    var cloudAccount: String?

    @Option(
        help: "File with the paths that the cloud gateway lets through, one on each line; /* for all.",
        completion: .file())
    var cloudPaths: String?

    @Option(
        help: "config.json with the calls that callers may make by name: {\"permissions\":{\"openapi\":[...]}}.",
        completion: .file())
    var cloudConfig: String?

    @Option(
        help: "File for a cloudbase_access_token of the cloud account, which the server replaces every ten minutes.",
        completion: .file())
    var cloudTokenFile: String?
}

/// The ready file, and what the server logs.
struct ReportOptions: ParsableArguments {
    @Option(
        help: "File to write the addresses to, as one JSON object, when every port is open.",
        completion: .file())
    var readyFile: String?

    @Option(
        help: """
            How much to log to standard error: trace, debug, info, notice, warning, error, critical. (default: warning)
            """)
    var logLevel: String?

    @Option(help: "Form of the log: text, or json for one object on each line. (default: text)")
    var logFormat: String?
}
