import Foundation
import OfficialAccount
import TagStore
import TaglineServer
import UnixSignals

/// What a sandbox is told beyond the settings that every server has.
struct SandboxWishes: Sendable {
    /// The world to begin with, and the file it is from; nil for the demo world.
    var world: (world: SandboxWorld, file: String)?
    /// The faults that are played from the start.
    var faults: FaultSet?
    /// Whether no line is printed for a call.
    var isQuiet = false
    /// Whether the command opens the console in a browser.
    var opensConsole = false

    /// Reads a world from a file. Throws ``StartFailure`` with what is wrong, and in which line.
    static func world(in file: String) throws -> (world: SandboxWorld, file: String) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw StartFailure.badSetting("\(file) cannot be read")
        }
        do throws(FileMistake) {
            return (try SandboxWorld(contents: Array(data)), file)
        } catch {
            throw StartFailure.badSetting("\(file), \(error)")
        }
    }
}

extension Server.Role {
    /// A sandbox: a world, a clock that can be turned, documented quotas, and an authority of its own for HTTPS.
    static func sandbox(_ settings: ServerSettings, _ wishes: SandboxWishes = SandboxWishes()) -> Server.Role {
        let world = wishes.world
        return Server.Role(
            quotas: settings.quotas ?? .documented,
            prepare: { try await seed(world?.world, $0, $1) },
            certificate: { directory in
                try settings.certificate.map { try ServerCertificate(chain: $0.chain, key: $0.key) }
                    ?? ServerCertificate(localIn: directory, for: settings.hosts)
            },
            cloud: (DemoWorld.service.appID, isOpen: true),
            clock: { try SandboxClock(file: $0.url.appending(path: "clock")) },
            hostNames: settings.hostNames(isSandbox: true),
            journal: .everything, faults: wishes.faults, world: world?.world, opensConsole: wishes.opensConsole,
            printsCalls: !wishes.isQuiet,
            endsOn: [.sigint, .sigterm, .sighup],
            reread: nil,
            announce: { ready, directory, _ in
                SandboxGreeting(
                    ready: ready, directory: directory, world: world, isOpenToAll: settings.isInContainer
                ).text
            })
    }

    private static func seed(_ world: SandboxWorld?, _ served: ServedStore, _ now: UnixTime) async throws {
        let isSandbox = try await served.isSandbox()
        let isEmpty = try await served.store.accounts().isEmpty
        guard isSandbox || isEmpty else {
            throw StartFailure.failed(
                "\(served.place) holds the data of tagline serve; a sandbox would put its demo accounts into it; \(served.remedy)"
            )
        }
        // First of all, so that a sandbox that was stopped halfway knows the data for its own and makes what is
        // missing.
        if !isSandbox { try await served.becomeSandbox() }
        guard let world else { return try await DemoWorld.seed(into: served.store, at: now) }
        // Accounts that are there already are what an earlier run has left; POST /sandbox/reset makes them new.
        if isEmpty { try await world.seed(into: served.store, at: now) }
    }
}
