import Configuration
import Foundation
import Logging

/// How a sandbox is to run: from the command line, then the environment, then the defaults.
struct SandboxSettings: Sendable {
    enum Key {
        static let httpPort: AbsoluteConfigKey = ["tagline", "http", "port"]
        static let httpsPort: AbsoluteConfigKey = ["tagline", "https", "port"]
        static let adminPort: AbsoluteConfigKey = ["tagline", "admin", "port"]
        static let cloudPort: AbsoluteConfigKey = ["tagline", "cloud", "port"]
        static let bind: AbsoluteConfigKey = ["tagline", "bind"]
        static let data: AbsoluteConfigKey = ["tagline", "data"]
        static let readyFile: AbsoluteConfigKey = ["tagline", "ready", "file"]
        static let tlsCert: AbsoluteConfigKey = ["tagline", "tls", "cert"]
        static let tlsKey: AbsoluteConfigKey = ["tagline", "tls", "key"]
        static let logLevel: AbsoluteConfigKey = ["tagline", "log", "level"]
    }

    let httpPort: Int
    let httpsPort: Int
    let adminPort: Int
    let bind: String
    let data: URL?
    let readyFile: URL?
    /// The user's own certificate chain and key.
    let certificate: (chain: URL, key: URL)?
    let logLevel: Logger.Level

    /// Throws ``StartFailure`` for a value that cannot be right.
    init(flags: some ConfigProvider, environment: some ConfigProvider) throws {
        let reader = ConfigReader(providers: [flags, environment])
        httpPort = try Self.port(reader, Key.httpPort, default: 8080)
        httpsPort = try Self.port(reader, Key.httpsPort, default: 8443)
        adminPort = try Self.port(reader, Key.adminPort, default: 8090)
        _ = try Self.port(reader, Key.cloudPort, default: 8081)
        bind = Self.text(reader, Key.bind) ?? "127.0.0.1"
        data = Self.file(reader, Key.data)
        readyFile = Self.file(reader, Key.readyFile)
        switch (Self.file(reader, Key.tlsCert), Self.file(reader, Key.tlsKey)) {
        case (let chain?, let key?): certificate = (chain, key)
        case (nil, nil): certificate = nil
        default: throw StartFailure.badSetting("--tls-cert and --tls-key go together; give both or neither")
        }
        let level = Self.text(reader, Key.logLevel) ?? "warning"
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw StartFailure.badSetting("--log-level \(level) is not a level; use one of \(Self.levels)")
        }
        self.logLevel = logLevel
    }

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    private static func text(_ reader: ConfigReader, _ key: AbsoluteConfigKey) -> String? {
        reader.string(forKey: ConfigKey(key.components)).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func file(_ reader: ConfigReader, _ key: AbsoluteConfigKey) -> URL? {
        text(reader, key).map { URL(filePath: $0) }
    }

    private static func port(_ reader: ConfigReader, _ key: AbsoluteConfigKey, default: Int) throws -> Int {
        guard let text = text(reader, key) else { return `default` }
        guard let port = Int(text), 0...65_535 ~= port else {
            let flag = "--" + key.components.dropFirst().joined(separator: "-")
            throw StartFailure.badSetting("\(flag) \(text) is not a port; use 0 to 65535, 0 for any that is free")
        }
        return port
    }
}
