import EmbeddedTagStore
import Foundation
import OfficialAccount
import TagStore
import TaglineServer
import UnixSignals

extension Server.Role {
    /// A sandbox: a demo world, a clock that can be turned, documented quotas, and an authority of its own for HTTPS.
    static func sandbox(_ settings: ServerSettings) -> Server.Role {
        Server.Role(
            quotas: settings.quotas ?? .documented,
            prepare: seedDemoWorld,
            certificate: { directory in
                try settings.certificate.map { try ServerCertificate(chain: $0.chain, key: $0.key) }
                    ?? ServerCertificate(localIn: directory)
            },
            cloud: (DemoWorld.service.appID, isOpen: true),
            clock: { try SandboxClock(file: $0.url.appending(path: "clock")) },
            endsOn: [.sigint, .sigterm, .sighup],
            announce: { SandboxGreeting(ready: $0, directory: $1).text })
    }

    @Sendable private static func seedDemoWorld(
        _ store: EmbeddedTagStore, _ directory: DataDirectory, _ now: UnixTime
    ) async throws {
        let marker = directory.url.appending(path: "demo-world")
        let isSandbox = FileManager.default.fileExists(atPath: marker.path)
        guard isSandbox || store.accounts().isEmpty else {
            throw StartFailure.failed(
                "\(directory.url.path) holds the data of tagline serve; a sandbox would put its demo accounts into it. Choose "
                    + "another directory with --data")
        }
        // First of all, so that a sandbox that was stopped halfway knows the directory for its own and makes what is missing.
        if !isSandbox { try Data().write(to: marker) }
        try await DemoWorld.seed(into: store, at: now)
    }
}
