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
            announce: { ready, directory, _ in SandboxGreeting(ready: ready, directory: directory).text })
    }

    @Sendable private static func seedDemoWorld(_ served: ServedStore, _ now: UnixTime) async throws {
        let isSandbox = try await served.isSandbox()
        let isEmpty = try await served.store.accounts().isEmpty
        guard isSandbox || isEmpty else {
            throw StartFailure.failed(
                "\(served.place) holds the data of tagline serve; a sandbox would put its demo accounts into it; \(served.remedy)"
            )
        }
        // First of all, so that a sandbox that was stopped halfway knows the data for its own and makes what is missing.
        if !isSandbox { try await served.becomeSandbox() }
        try await DemoWorld.seed(into: served.store, at: now)
    }
}
