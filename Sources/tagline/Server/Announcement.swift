import Foundation
import ServiceLifecycle
import TaglineServer

/// Announces that the server is ready. Prints a text on standard output for people, and writes the ready file for
/// scripts.
struct Announcement: Service {
    let openings: ListenerOpenings
    let count: Int
    let settings: ServerSettings
    let authority: URL?
    /// Whether to open the console in a browser.
    var opensConsole = false
    /// Returns the text that the server prints on standard output for people.
    let text: @Sendable (ReadyFile) -> String

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard let ports = await openings.ports(of: count) else { return }
            let ready = ReadyFile(
                http: "http://\(host):\(ports[.http] ?? 0)",
                https: ports[.https].map { "https://\(host == "127.0.0.1" ? "localhost" : host):\($0)" },
                admin: "http://\(Self.reachable(settings.adminBind)):\(ports[.admin] ?? 0)",
                cloud: ports[.cloud].map { "http://\(Self.reachable(settings.cloudBind)):\($0)" },
                pid: ProcessInfo.processInfo.processIdentifier, ca: authority?.path)
            if let file = settings.readyFile { try ready.write(to: file) }
            // Even if standard output has no reader, the server runs.
            try? FileHandle.standardOutput.write(contentsOf: Data(text(ready).utf8))
            if opensConsole { Browser.open(ready.console) }
        }
        try? await gracefulShutdown()
    }

    private var host: String { Self.reachable(settings.bind) }

    private static func reachable(_ address: String) -> String {
        switch address {
        case "0.0.0.0", "::": "127.0.0.1"
        case let address where address.contains(":"): "[\(address)]"
        case let address: address
        }
    }
}
