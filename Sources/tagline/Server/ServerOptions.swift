import ArgumentParser
import Configuration

/// The options that every server has. Absent ones are looked up in the environment and in the configuration file.
struct ServerOptions: ParsableArguments {
    @Option(help: "Port of the API over HTTP; 0 for any that is free. (default: 8080)")
    var httpPort: Int?

    @Option(help: "Port of the API over HTTPS; 0 for any that is free. (default: 8443)")
    var httpsPort: Int?

    @Option(help: "Port of the admin plane; 0 for any that is free. (default: 8090)")
    var adminPort: Int?

    @Option(
        help: """
            Address the admin plane listens on; with anything but loopback it needs a token, except in a sandbox with \
            --container. (default: 127.0.0.1)
            """)
    var adminBind: String?

    @Option(help: "File that holds the admin token, 16 characters or more. (default: TAGLINE_ADMIN_TOKEN, or none)")
    var adminTokenFile: String?

    @Option(
        help: ArgumentHelp(
            """
            Name by which the admin plane and the cloud gateway may be called, beside localhost and addresses; may be \
            repeated. A sandbox's certificate is for it too.
            """, valueName: "name"))
    var adminHost: [String] = []

    @Option(
        help: """
            Address the cloud gateway listens on. Beware: with anything but loopback, others on your network can call without a \
            token. (default: 127.0.0.1)
            """)
    var cloudBind: String?

    @Option(help: "Port of the cloud gateway, for calls without a token from this machine; 0 for any. (default: 8081)")
    var cloudPort: Int?

    @Option(help: "Unix socket of the cloud gateway, beside the port.")
    var cloudSocket: String?

    @Option(help: "Appid of the account as which the cloud gateway calls when a call names none.")
    var cloudAccount: String?

    @Option(help: "File with the paths that the cloud gateway lets through, one a line; /* for all.")
    var cloudPaths: String?

    @Option(help: "config.json that declares what may be called by name: {\"permissions\":{\"openapi\":[...]}}.")
    var cloudConfig: String?

    @Option(help: "File to keep a cloudbase_access_token of the cloud account in, made anew every ten minutes.")
    var cloudTokenFile: String?

    @Option(
        help: """
            Address the API listens on. Beware: with anything but loopback, others on your network can call it. (default: \
            127.0.0.1)
            """)
    var bind: String?

    @Option(
        help: """
            Connections that each listener may have open; at the limit the one that is idle for longest is closed. (default: \
            10000)
            """)
    var connections: String?

    @Option(help: "Connections that one address may have open at each listener. (default: no limit of its own)")
    var connectionsPerAddress: String?

    @Option(
        help: """
            IP addresses that getcallbackip and get_api_domain_ip answer, separated by commas. (default: 127.0.0.1)
            """)
    var platformAddresses: String?

    @Option(help: "File to write the addresses to, as one JSON object, once every port is open.")
    var readyFile: String?

    @Flag(
        help: """
            Start although the log of the data is damaged, with what can still be read; what is lost is logged. For one start, \
            after a copy of the directory has been made.
            """)
    var acceptLoss = false

    @Option(help: "Certificate chain for HTTPS, PEM.")
    var tlsCert: String?

    @Option(help: "Private key of that certificate, PEM.")
    var tlsKey: String?

    @Option(
        help: """
            PostgreSQL database to keep accounts and followers in, such as postgres://tagline@db.example.com/tagline, in place of a \
            file; see tagline migrate.
            """)
    var store: String?

    @Option(help: "PostgreSQL schema that holds the tables. (default: tagline)")
    var databaseSchema: String?

    @Option(help: "Connections to the database. (default: 8)")
    var databaseConnections: String?

    @Option(
        help: """
            Statements that write taggings at once; over all servers of a database about as many as it has processors. (default: 2)
            """)
    var databaseWriters: String?

    @Flag(
        help: """
            Listen on every address, as in a container that is reached through its network only. In a sandbox everybody who \
            reaches the ports may then do everything.
            """)
    var container = false

    @Option(
        help: ArgumentHelp(
            """
            Address or range, such as 10.0.0.0/8, of proxies whose X-Forwarded-For says who calls; may be repeated.
            """, valueName: "cidr"))
    var trustedProxies: [String] = []

    @Flag(help: "Expect the PROXY protocol, version 2, at the start of each connection of a trusted proxy.")
    var proxyProtocol = false

    @Option(help: "Form of the log: text, or json for one object a line. (default: text)")
    var logFormat: String?

    @Option(
        help: """
            How much to log to standard error: trace, debug, info, notice, warning, error, critical. (default: warning)
            """)
    var logLevel: String?

    /// The options as configuration, with those that only one command has.
    func provider(adding own: [AbsoluteConfigKey: String?] = [:]) -> InMemoryProvider {
        var texts: [AbsoluteConfigKey: String?] = [
            ServerSettings.Key.httpPort: httpPort.map(String.init),
            ServerSettings.Key.httpsPort: httpsPort.map(String.init),
            ServerSettings.Key.adminPort: adminPort.map(String.init),
            ServerSettings.Key.adminBind: adminBind,
            ServerSettings.Key.adminTokenFile: adminTokenFile,
            ServerSettings.Key.adminHost: adminHost.isEmpty ? nil : adminHost.joined(separator: ","),
            ServerSettings.Key.cloudBind: cloudBind,
            ServerSettings.Key.container: container ? "true" : nil,
            ServerSettings.Key.trustedProxies: trustedProxies.isEmpty ? nil : trustedProxies.joined(separator: ","),
            ServerSettings.Key.proxyProtocol: proxyProtocol ? "true" : nil,
            ServerSettings.Key.logFormat: logFormat,
            ServerSettings.Key.cloudPort: cloudPort.map(String.init),
            ServerSettings.Key.cloudSocket: cloudSocket,
            ServerSettings.Key.cloudAccount: cloudAccount,
            ServerSettings.Key.cloudPaths: cloudPaths,
            ServerSettings.Key.cloudConfig: cloudConfig,
            ServerSettings.Key.cloudTokenFile: cloudTokenFile,
            ServerSettings.Key.platformAddresses: platformAddresses,
            ServerSettings.Key.bind: bind,
            ServerSettings.Key.acceptLoss: acceptLoss ? "true" : nil,
            ServerSettings.Key.connections: connections,
            ServerSettings.Key.connectionsPerAddress: connectionsPerAddress,
            ServerSettings.Key.readyFile: readyFile,
            DatabaseSettings.store: store,
            DatabaseSettings.databaseSchema: databaseSchema,
            DatabaseSettings.databaseConnections: databaseConnections,
            DatabaseSettings.databaseWriters: databaseWriters,
            ServerSettings.Key.tlsCert: tlsCert,
            ServerSettings.Key.tlsKey: tlsKey,
            ServerSettings.Key.logLevel: logLevel,
        ]
        texts.merge(own) { $1 }
        return InMemoryProvider(
            name: "command line",
            values: texts.compactMapValues { $0.map { ConfigValue(.string($0), isSecret: false) } })
    }
}
