import Configuration
import Foundation
import FreshFiles
import Logging
import NIOCore
import TagStore
import TaglineServer

/// The settings of a server. Each setting comes from the first source that has it: the command line, the environment,
/// or the configuration file. A setting that no source has gets its default value.
struct ServerSettings: Sendable {
    /// The keys of all settings. For example, `tagline.http.port` is `--http-port`, `TAGLINE_HTTP_PORT`, and
    /// `{"tagline":{"http":{"port":…}}}` in a file.
    enum Key {
        static let httpPort: AbsoluteConfigKey = ["tagline", "http", "port"]
        static let httpsPort: AbsoluteConfigKey = ["tagline", "https", "port"]
        static let adminPort: AbsoluteConfigKey = ["tagline", "admin", "port"]
        static let adminBind: AbsoluteConfigKey = ["tagline", "admin", "bind"]
        static let adminToken: AbsoluteConfigKey = ["tagline", "admin", "token"]
        static let adminTokenFile: AbsoluteConfigKey = ["tagline", "admin", "token", "file"]
        static let adminHost: AbsoluteConfigKey = ["tagline", "admin", "host"]
        static let cloudBind: AbsoluteConfigKey = ["tagline", "cloud", "bind"]
        static let cloudPort: AbsoluteConfigKey = ["tagline", "cloud", "port"]
        static let cloudSocket: AbsoluteConfigKey = ["tagline", "cloud", "socket"]
        static let cloudAccount: AbsoluteConfigKey = ["tagline", "cloud", "account"]
        static let cloudPaths: AbsoluteConfigKey = ["tagline", "cloud", "paths"]
        static let cloudConfig: AbsoluteConfigKey = ["tagline", "cloud", "config"]
        static let cloudTokenFile: AbsoluteConfigKey = ["tagline", "cloud", "token", "file"]
        static let connections: AbsoluteConfigKey = ["tagline", "connections"]
        static let connectionsPerAddress: AbsoluteConfigKey = ["tagline", "connections-per-address"]
        static let platformAddresses: AbsoluteConfigKey = ["tagline", "platform", "addresses"]
        static let bind: AbsoluteConfigKey = ["tagline", "bind"]
        static let data: AbsoluteConfigKey = ["tagline", "data"]
        static let acceptLoss: AbsoluteConfigKey = ["tagline", "accept", "loss"]
        static let quotas: AbsoluteConfigKey = ["tagline", "quotas"]
        static let journal: AbsoluteConfigKey = ["tagline", "journal"]
        static let readyFile: AbsoluteConfigKey = ["tagline", "ready", "file"]
        static let tlsCert: AbsoluteConfigKey = ["tagline", "tls", "cert"]
        static let tlsKey: AbsoluteConfigKey = ["tagline", "tls", "key"]
        static let logLevel: AbsoluteConfigKey = ["tagline", "log", "level"]
        static let logFormat: AbsoluteConfigKey = ["tagline", "log", "format"]
        static let container: AbsoluteConfigKey = ["tagline", "container"]
        static let trustedProxies: AbsoluteConfigKey = ["tagline", "trusted-proxies"]
        static let proxyProtocol: AbsoluteConfigKey = ["tagline", "proxy-protocol"]

        /// All settings that a file may have, in the rows in which the help shows them.
        static let rows = [
            [httpPort, httpsPort, bind, tlsCert, tlsKey, data, quotas],
            [connections, connectionsPerAddress, platformAddresses],
            [DatabaseSettings.store, DatabaseSettings.databaseSchema],
            [DatabaseSettings.databaseConnections, DatabaseSettings.databaseWriters],
            [adminPort, adminBind, adminHost, adminToken, adminTokenFile],
            [cloudAccount, cloudPort, cloudBind, cloudSocket],
            [cloudPaths, cloudConfig, cloudTokenFile],
            [container, trustedProxies, proxyProtocol, acceptLoss],
            [readyFile, logLevel, logFormat, journal],
        ]

        static let all = rows.flatMap(\.self)

        /// The settings that accept several values, with commas between the values.
        static let lists: Set = [adminHost, trustedProxies, platformAddresses]

        /// The settings that take effect when the server reads them again. All other settings need a restart.
        static let reread = [
            connections, connectionsPerAddress, quotas, tlsCert, tlsKey, logLevel,
        ]
    }

    let httpPort: Int
    let httpsPort: Int
    let adminPort: Int
    let bind: String
    let adminBind: String
    let cloudBind: String
    /// Whether the server is alone in a container. Callers then reach it only from outside the container.
    let isInContainer: Bool
    /// The host names under which callers may reach the admin plane, the cloud gateway, and a sandbox's HTTPS.
    let hosts: [String]
    let proxies: TrustedProxies
    /// The fingerprint of the token that callers of the admin plane must send; nil if they need no token.
    let adminToken: Fingerprint?
    let data: URL?
    /// Whether a store opens although its log is damaged.
    let acceptsLoss: Bool
    /// The database that holds the store; nil if the data directory holds the store.
    let database: DatabaseSettings?
    let quotas: QuotaPolicy?
    /// The parts of calls that `tagline serve` keeps in its journal; nil if it keeps no journal.
    let journal: CallJournal.Detail?
    let readyFile: URL?
    /// The user's own certificate chain and key; nil if the settings name none.
    let certificate: ServerCertificate?
    let logLevel: Logger.Level
    let logFormat: ServerLog.Format
    let cloud: CloudSettings
    /// The number of connections that each listener may have open.
    let connections: Int
    /// The number of connections that one address may have open at each listener; nil if an address has no limit.
    let connectionsPerAddress: Int?
    /// The files that the settings name for reading and for writing.
    let files: NamedFiles
    /// The text of each setting. When the server reads the settings again, it compares the new texts with these texts.
    let texts: [AbsoluteConfigKey: String]
    /// One sentence for each name that the server ignores in the configuration file.
    var warnings: [String] = []

    /// The addresses in the answers of `getcallbackip` and `get_api_domain_ip`.
    let platformAddresses: [String]

    /// Throws ``StartFailure`` for an invalid value.
    ///
    /// - Parameter isSandbox: whether the settings belong to a sandbox. In a container, a sandbox's admin plane needs
    ///   no token.
    init(_ providers: [any ConfigProvider], isSandbox: Bool = false) throws {
        let reader = SettingsReader(providers)
        texts = Dictionary(
            uniqueKeysWithValues: Key.all.compactMap { key in reader.text(key).map { (key, $0) } })
        files = Self.files(reader)
        // Check this before the server reads a file: if a process closes a file that SQLite has open, SQLite loses its
        // locks.
        try files.checkKept()
        isInContainer = try reader.isOn(Key.container)
        httpPort = try reader.port(Key.httpPort, default: 8080)
        httpsPort = try reader.port(Key.httpsPort, default: 8443)
        adminPort = try reader.port(Key.adminPort, default: 8090)
        cloud = try CloudSettings(reader)
        connections = try reader.number(Key.connections, in: 1...1_000_000) ?? 10_000
        connectionsPerAddress = try reader.number(Key.connectionsPerAddress, in: 1...1_000_000)
        platformAddresses = try Self.addresses(reader.text(Key.platformAddresses) ?? "127.0.0.1")
        let adminToken = try Self.adminToken(reader)
        self.adminToken = adminToken
        let everywhere = ContainerAddress.all
        bind = reader.text(Key.bind) ?? (isInContainer ? everywhere : "127.0.0.1")
        // In production, callers may reach the admin plane and the cloud gateway without a token only over loopback,
        // even in a container.
        let opensAll = isInContainer && isSandbox
        adminBind =
            reader.text(Key.adminBind) ?? (opensAll || isInContainer && adminToken != nil ? everywhere : "127.0.0.1")
        cloudBind = reader.text(Key.cloudBind) ?? (opensAll ? everywhere : "127.0.0.1")
        hosts = try Self.hosts(reader)
        proxies = try Self.proxies(reader)
        data = reader.file(Key.data)
        acceptsLoss = try reader.isOn(Key.acceptLoss)
        database = try DatabaseSettings(reader)
        quotas = try reader.text(Key.quotas).map(Self.quotas)
        journal = try reader.text(Key.journal).flatMap(Self.journal)
        readyFile = reader.file(Key.readyFile)
        switch (reader.file(Key.tlsCert), reader.file(Key.tlsKey)) {
        case (let chain?, let key?): certificate = try ServerCertificate(chain: chain, key: key)
        case (nil, nil): certificate = nil
        default: throw StartFailure.badSetting("--tls-cert and --tls-key go together; give both or neither")
        }
        let level = reader.text(Key.logLevel) ?? "warning"
        guard let logLevel = Logger.Level(rawValue: level) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartFailure.badSetting("--log-level \(level) is not a level; use one of \(levels)")
        }
        self.logLevel = logLevel
        let format = reader.text(Key.logFormat) ?? "text"
        guard let logFormat = ServerLog.Format(rawValue: format) else {
            throw StartFailure.badSetting("--log-format \(format) is neither text nor json")
        }
        self.logFormat = logFormat
        guard adminToken != nil || opensAll || ["127.0.0.1", "::1", "localhost"].contains(adminBind) else {
            throw StartFailure.badSetting(
                "the admin plane on \(adminBind) needs a token; set TAGLINE_ADMIN_TOKEN or --admin-token-file, or keep it on "
                    + "127.0.0.1")
        }
    }

    private static func files(_ reader: SettingsReader) -> NamedFiles {
        var files = NamedFiles()
        for (use, key) in [
            ("the certificate", Key.tlsCert), ("the private key", Key.tlsKey), ("the admin token", Key.adminTokenFile),
            ("the list of paths", Key.cloudPaths), ("the declarations", Key.cloudConfig),
        ] {
            files.reads(use, reader.text(key), SettingName.flag(key))
        }
        for (use, key) in [("the ready file", Key.readyFile), ("the cloud token", Key.cloudTokenFile)] {
            files.writes(use, reader.text(key), SettingName.flag(key), andWith: [FilePart.usualEnding])
        }
        files.writes("the socket of the cloud gateway", reader.text(Key.cloudSocket), SettingName.flag(Key.cloudSocket))
        files.keeps(
            DataDirectory.fileNames, open: DataDirectory.openFileNames, in: reader.text(Key.data))
        return files
    }

    /// Returns the host names under which callers may reach the admin plane and the cloud gateway. Services in one
    /// container network call each other by names of one word, so a sandbox in a container accepts all such names.
    func hostNames(isSandbox: Bool) -> HostNames {
        HostNames(hosts, takesSingleLabels: isInContainer && isSandbox)
    }

    private static func hosts(_ reader: SettingsReader) throws -> [String] {
        let hosts = reader.list(Key.adminHost)
        for host in hosts where !HostNames.isName(host) {
            throw StartFailure.badSetting(
                "--admin-host \(host) is not a host name such as tagline or tagline.example.com")
        }
        return hosts
    }

    private static func proxies(_ reader: SettingsReader) throws -> TrustedProxies {
        let ranges = reader.list(Key.trustedProxies)
        let sendHeader = try reader.isOn(Key.proxyProtocol)
        guard !ranges.isEmpty || !sendHeader else {
            throw StartFailure.badSetting(
                "--proxy-protocol needs --trusted-proxies, which names the proxies whose headers are used")
        }
        do throws(TrustedProxies.BadRange) {
            return try TrustedProxies(ranges, sendProxyHeader: sendHeader)
        } catch {
            throw StartFailure.badSetting(
                "--trusted-proxies \(error.text) is not an address or a range such as 10.0.0.0/8")
        }
    }

    private static func adminToken(_ reader: SettingsReader) throws -> Fingerprint? {
        var token = try reader.text(Key.adminToken).map {
            try SecretText.adminToken($0, from: "the setting admin.token")
        }
        if let file = reader.file(Key.adminTokenFile) {
            token = try SecretText.adminToken(
                try SecretText.read(from: file.path, "the admin token"), from: file.path)
        }
        guard let token else { return nil }
        guard token.utf8.count >= 16 else {
            throw StartFailure.badSetting("the admin token is too short; use 16 characters or more")
        }
        return Fingerprint(of: token)
    }

    private static func addresses(_ list: String) throws -> [String] {
        try list.split(separator: ",").map { part in
            let text = part.trimmingCharacters(in: .whitespaces)
            guard (try? SocketAddress(ipAddress: text, port: 0)) != nil else {
                throw StartFailure.badSetting("--platform-addresses \(text) is not an IP address")
            }
            return text
        }
    }

    private static func journal(_ name: String) throws -> CallJournal.Detail? {
        switch name {
        case "nothing": nil
        case "metadata": .metadata
        default: throw StartFailure.badSetting("--journal \(name) is neither nothing nor metadata")
        }
    }

    private static func quotas(_ name: String) throws -> QuotaPolicy {
        switch name {
        case "none": .none
        case "documented": .documented
        default: throw StartFailure.badSetting("--quotas \(name) is neither none nor documented")
        }
    }
}

/// Reads single settings. Reads each setting as text first, so that a message can quote an invalid value.
struct SettingsReader {
    private let reader: ConfigReader

    /// The environment variables of the process, trimmed like the text of a file.
    static var environment: EnvironmentVariablesProvider {
        EnvironmentVariablesProvider(
            environmentVariables: ProcessInfo.processInfo.environment.mapValues(SecretText.trimmed))
    }

    init(_ providers: [any ConfigProvider]) {
        reader = ConfigReader(providers: providers)
    }

    /// Returns the setting as text; nil if the setting is absent or empty.
    func text(_ key: AbsoluteConfigKey) -> String? {
        reader.string(forKey: ConfigKey(key.components)).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns the parts of the setting between its commas; an empty list if the setting is absent.
    func list(_ key: AbsoluteConfigKey) -> [String] {
        (text(key) ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Returns whether the setting is `true`; false if it is absent. Throws ``StartFailure`` for any value except
    /// `true` and `false`.
    func isOn(_ key: AbsoluteConfigKey) throws -> Bool {
        guard let text = text(key) else { return false }
        guard let isOn = Bool(text) else {
            throw StartFailure.badSetting("\(SettingName.flag(key)) \(text) is neither true nor false")
        }
        return isOn
    }

    func file(_ key: AbsoluteConfigKey) -> URL? {
        text(key).map { URL(filePath: $0) }
    }

    /// Returns the setting as a whole number; nil if the setting is absent or empty. Throws ``StartFailure`` for a text
    /// that is not a whole number in `range`.
    func number(_ key: AbsoluteConfigKey, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw StartFailure.badSetting(
                "\(SettingName.flag(key)) \(text) is not a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func port(_ key: AbsoluteConfigKey, default: Int) throws -> Int {
        guard let text = text(key) else { return `default` }
        guard let port = Int(text), 0...65_535 ~= port else {
            throw StartFailure.badSetting(
                "\(SettingName.flag(key)) \(text) is not a port; use 0 to 65535, 0 for any that is free")
        }
        return port
    }
}
