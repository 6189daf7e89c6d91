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
            prepare: settings.database == nil ? seedDemoWorld : seedDatabase,
            certificate: { directory in
                try settings.certificate.map { try ServerCertificate(chain: $0.chain, key: $0.key) }
                    ?? ServerCertificate(localIn: directory)
            },
            cloud: (DemoWorld.service.appID, isOpen: true),
            clock: { try SandboxClock(file: $0.url.appending(path: "clock")) },
            endsOn: [.sigint, .sigterm, .sighup],
            announce: { ready, directory, _ in SandboxGreeting(ready: ready, directory: directory).text })
    }

    @Sendable private static func seedDemoWorld(
        _ store: any TagStore, _ directory: DataDirectory, _ now: UnixTime
    ) async throws {
        let marker = directory.url.appending(path: "demo-world")
        let isSandbox = FileManager.default.fileExists(atPath: marker.path)
        let isEmpty = try await store.accounts().isEmpty
        guard isSandbox || isEmpty else {
            throw StartFailure.failed(
                "\(directory.url.path) holds the data of tagline serve; a sandbox would put its demo accounts into it. Choose "
                    + "another directory with --data")
        }
        // First of all, so that a sandbox that was stopped halfway knows the directory for its own and makes what is missing.
        if !isSandbox { try Data().write(to: marker) }
        try await DemoWorld.seed(into: store, at: now)
    }

    /// In a database there is no place for a mark but the demo accounts themselves, which come all at once.
    @Sendable private static func seedDatabase(
        _ store: any TagStore, _ directory: DataDirectory, _ now: UnixTime
    ) async throws {
        let isSandbox = try await store.account(DemoWorld.service.appID) != nil
        let isEmpty = try await store.accounts().isEmpty
        guard isSandbox || isEmpty else {
            throw StartFailure.failed(
                "the database holds the data of tagline serve; a sandbox would put its demo accounts into it. Choose another with "
                    + "--store or --database-schema")
        }
        try await DemoWorld.seed(into: store, at: now)
    }
}
