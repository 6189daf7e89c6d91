import Foundation
import OfficialAccount
import TagStore
import TaglineServer
import UnixSignals

/// The options of a sandbox, beyond the settings that every server has.
struct SandboxWishes: Sendable {
    /// The world with which the sandbox starts, and the file that describes this world; nil for the demo world.
    var world: (world: SandboxWorld, file: String)?
    /// The faults that the sandbox plays from its start; nil if it plays no faults.
    var faults: FaultSet?
    /// Whether the sandbox leaves out the line that it usually prints for each call.
    var isQuiet = false
    /// Whether the command opens the console in a browser.
    var opensConsole = false

    /// The maximum size of a world's file in bytes, enough for the state of about ten million followers.
    private static let longestWorld = 1 << 30

    /// Reads a world from a file or a pipe. Throws ``StartFailure`` if the file cannot be read or holds a mistake; the
    /// message names the mistake and its line.
    static func world(in file: String) throws -> (world: SandboxWorld, file: String) {
        let data: Data
        do throws(SmallFile.Unreadable) {
            data = try SmallFile(path: file, longest: longestWorld).content()
        } catch {
            throw StartFailure.badSetting("\(file) cannot be read: \(error)")
        }
        do throws(FileMistake) {
            return (try SandboxWorld(contents: Array(data)), file)
        } catch {
            throw StartFailure.badSetting("\(file), \(error)")
        }
    }
}

extension Server.Role {
    /// Returns the role of a sandbox: a world, an adjustable clock, documented quotas, and its own authority for HTTPS.
    ///
    /// - Parameter ignoresTerminal: whether the sandbox keeps running after its terminal is closed, as under `nohup`.
    static func sandbox(
        _ settings: ServerSettings, _ wishes: SandboxWishes = SandboxWishes(), ignoresTerminal: Bool = false
    ) -> Server.Role {
        let world = wishes.world
        return Server.Role(
            quotas: settings.quotas ?? .documented,
            prepare: { try await seed(world?.world, $0, $1) },
            certificate: { directory in
                try settings.certificate ?? ServerCertificate(localIn: directory, for: settings.hosts)
            },
            cloud: (DemoWorld.service.appID, isOpen: true),
            clock: { try SandboxClock(file: $0.url.appending(path: DataDirectory.clock)) },
            hostNames: settings.hostNames(isSandbox: true),
            journal: .everything, faults: wishes.faults, world: world?.world, opensConsole: wishes.opensConsole,
            printsCalls: !wishes.isQuiet,
            endsOn: [.sigint, .sigterm] + (ignoresTerminal ? [] : [.sighup]),
            rereading: nil,
            announce: { ready, directory, _ in
                SandboxGreeting(
                    ready: ready, directory: directory, world: world, isOpenToAll: settings.isInContainer,
                    relaxed: (try? RelaxedAccounts(in: directory))?.appIDs ?? []
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
        // Mark the store before the demo world is created. If a sandbox stops before the world is complete, the next
        // start recognises the data as a sandbox's, and creates what is missing.
        if !isSandbox { try await served.becomeSandbox() }
        guard let world else { return try await DemoWorld.seed(into: served.store, at: now) }
        // The accounts of an earlier run stay as they are. POST /sandbox/reset creates the accounts of the world again.
        if isEmpty { try await world.seed(into: served.store, at: now) }
    }
}

extension RelaxedAccounts {
    /// Reads the relaxed accounts of the sandbox whose data is in `directory`.
    convenience init(in directory: DataDirectory) throws {
        try self.init(file: directory.url.appending(path: DataDirectory.relaxed))
    }
}
