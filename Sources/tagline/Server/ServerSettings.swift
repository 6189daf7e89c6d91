import Configuration
import Foundation
import Logging
import NIOCore
import TagStore
import TaglineServer

/// How a server is to run: from the command line, then the environment, then the configuration file, then the defaults.
struct ServerSettings: Sendable {
    /// Every key. `tagline.http.port` is `--http-port`, `TAGLINE_HTTP_PORT`, and `{"tagline":{"http":{"port":…}}}` in a file.
    enum Key {
        static let httpPort: AbsoluteConfigKey = ["tagline", "http", "port"]
        static let httpsPort: AbsoluteConfigKey = ["tagline", "https", "port"]
        static let adminPort: AbsoluteConfigKey = ["tagline", "admin", "port"]
        static let adminBind: AbsoluteConfigKey = ["tagline", "admin", "bind"]
        static let adminToken: AbsoluteConfigKey = ["tagline", "admin", "token"]
        static let adminTokenFile: AbsoluteConfigKey = ["tagline", "admin", "token", "file"]
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
    }

    let httpPort: Int
    let httpsPort: Int
    let adminPort: Int
    let bind: String
    let adminBind: String
    /// What callers of the admin plane must bring; nil for nothing.
    let adminToken: Fingerprint?
    let data: URL?
    /// Whether a store opens although its log is damaged.
    let acceptsLoss: Bool
    /// Nil for a store in the data directory.
    let database: DatabaseSettings?
    let quotas: QuotaPolicy?
    /// What `tagline serve` keeps of calls; nil for nothing.
    let journal: CallJournal.Detail?
    let readyFile: URL?
    /// The user's own certificate chain and key.
    let certificate: (chain: URL, key: URL)?
    let logLevel: Logger.Level
    let cloud: CloudSettings
    /// Connections that each listener may have open.
    let connections: Int
    /// Connections that one address may have open at each listener; nil for no limit of its own.
    let connectionsPerAddress: Int?

    /// What `getcallbackip` and `get_api_domain_ip` answer.
    let platformAddresses: [String]

    /// Throws ``StartFailure`` for a value that cannot be right.
    init(_ providers: [any ConfigProvider]) throws {
        let reader = SettingsReader(providers)
        httpPort = try reader.port(Key.httpPort, default: 8080)
        httpsPort = try reader.port(Key.httpsPort, default: 8443)
        adminPort = try reader.port(Key.adminPort, default: 8090)
        cloud = try CloudSettings(reader)
        connections = try reader.number(Key.connections, in: 1...1_000_000) ?? 10_000
        connectionsPerAddress = try reader.number(Key.connectionsPerAddress, in: 1...1_000_000)
        platformAddresses = try Self.addresses(reader.text(Key.platformAddresses) ?? "127.0.0.1")
        bind = reader.text(Key.bind) ?? "127.0.0.1"
        adminBind = reader.text(Key.adminBind) ?? "127.0.0.1"
        adminToken = try Self.adminToken(reader)
        data = reader.file(Key.data)
        acceptsLoss = reader.text(Key.acceptLoss) == "true"
        database = try DatabaseSettings(reader)
        quotas = try reader.text(Key.quotas).map(Self.quotas)
        journal = try reader.text(Key.journal).flatMap(Self.journal)
        readyFile = reader.file(Key.readyFile)
        switch (reader.file(Key.tlsCert), reader.file(Key.tlsKey)) {
        case (let chain?, let key?): certificate = (chain, key)
        case (nil, nil): certificate = nil
        default: throw StartFailure.badSetting("--tls-cert and --tls-key go together; give both or neither")
        }
        let level = reader.text(Key.logLevel) ?? "warning"
        guard let logLevel = Logger.Level(rawValue: level) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartFailure.badSetting("--log-level \(level) is not a level; use one of \(levels)")
        }
        self.logLevel = logLevel
        guard adminToken != nil || ["127.0.0.1", "::1", "localhost"].contains(adminBind) else {
            throw StartFailure.badSetting(
                "the admin plane on \(adminBind) needs a token; set TAGLINE_ADMIN_TOKEN or --admin-token-file, or keep it on "
                    + "127.0.0.1")
        }
    }

    private static func adminToken(_ reader: SettingsReader) throws -> Fingerprint? {
        var token = reader.text(Key.adminToken)
        if let file = reader.file(Key.adminTokenFile) {
            guard let text = try? String(contentsOf: file, encoding: .utf8) else {
                throw StartFailure.badSetting("the admin token cannot be read from \(file.path)")
            }
            token = text.trimmingCharacters(in: .whitespacesAndNewlines)
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

/// Reads single settings, each as text first, so that a wrong one can be named.
struct SettingsReader {
    private let reader: ConfigReader

    init(_ providers: [any ConfigProvider]) {
        reader = ConfigReader(providers: providers)
    }

    /// The setting as text; nil if it is absent or empty.
    func text(_ key: AbsoluteConfigKey) -> String? {
        let key = ConfigKey(key.components)
        // A file may hold a port as a number.
        let text = reader.string(forKey: key) ?? reader.int(forKey: key).map(String.init)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    func file(_ key: AbsoluteConfigKey) -> URL? {
        text(key).map { URL(filePath: $0) }
    }

    /// A whole number; nil if it is absent or empty. Throws ``StartFailure`` for anything else.
    func number(_ key: AbsoluteConfigKey, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw StartFailure.badSetting(
                "\(Self.flag(key)) \(text) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func flag(_ key: AbsoluteConfigKey) -> String {
        "--" + key.components.dropFirst().joined(separator: "-")
    }

    func port(_ key: AbsoluteConfigKey, default: Int) throws -> Int {
        guard let text = text(key) else { return `default` }
        guard let port = Int(text), 0...65_535 ~= port else {
            throw StartFailure.badSetting(
                "\(Self.flag(key)) \(text) is not a port; use 0 to 65535, 0 for any that is free")
        }
        return port
    }
}
