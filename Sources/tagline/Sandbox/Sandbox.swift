import EmbeddedTagStore
import Foundation
import Logging
import NIOSSL
import OfficialAccount
import ServiceLifecycle
import TagStore
import TaglineServer
import UnixSignals

/// A sandbox from start to end: the data, the store, the demo world, the listeners.
struct Sandbox {
    private let settings: SandboxSettings
    private let logger: Logger
    /// For the frameworks, which call it an error when a connection is cut off at shutdown. What goes wrong is thrown as well.
    private let quietLogger: Logger

    init(_ settings: SandboxSettings) {
        self.settings = settings
        var logger = Logger(label: "tagline", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = settings.logLevel
        self.logger = logger
        if settings.logLevel > .info { logger.logLevel = .critical }
        quietLogger = logger
    }

    /// Runs until SIGINT or SIGTERM. Throws ``StartFailure``.
    func run() async throws {
        ProcessLimits.surviveWriteSignals()
        // What an earlier run left would tell of addresses that are gone.
        if let stale = settings.readyFile { try? FileManager.default.removeItem(at: stale) }
        let directory = try DataDirectory(settings.data)
        defer { directory.cleanUp() }
        do {
            try await serve(from: directory)
        } catch let error as StoreOpenError {
            throw StartFailure.failed(error.description)
        } catch let error as ListenerError {
            throw StartFailure.failed(error.description)
        } catch let error as SandboxClockError {
            throw StartFailure.failed(error.description)
        } catch let error as Refusal {
            throw StartFailure.failed("the demo world cannot be made: \(error.reason)")
        }
    }

    private func serve(from directory: DataDirectory) async throws {
        let store = try EmbeddedTagStore(directory: directory.url.path, logger: logger)
        let clock = try SandboxClock(file: directory.url.appending(path: "clock"))
        try await seed(store, in: directory, at: clock.now)
        let certificate = try SandboxCertificate(settings, directory: directory)

        let surroundings = Surroundings(now: { clock.now })
        let quotas = try await QuotaKeeper(
            policy: .documented, store: store, surroundings: surroundings, logger: logger)
        let openings = ListenerOpenings()
        let listeners = try listeners(
            store: store, clock: clock, surroundings: surroundings, quotas: quotas, tls: certificate.tls,
            openings: openings)
        let announcement = Announcement(
            openings: openings, count: listeners.count, settings: settings, directory: directory,
            authority: certificate.authority)
        // They are shut down in reverse: first nobody gets in, then what was let in is written, then the file is let go.
        var configuration = ServiceGroupConfiguration(
            services: [StoreService(store: store), quotas] + listeners + [announcement],
            gracefulShutdownSignals: [.sigint, .sigterm], logger: quietLogger)
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func seed(_ store: EmbeddedTagStore, in directory: DataDirectory, at now: UnixTime) async throws {
        let marker = directory.url.appending(path: "demo-world")
        let isMade = FileManager.default.fileExists(atPath: marker.path)
        if isMade, store.account(DemoWorld.service.appID) != nil { return }
        try await DemoWorld.seed(into: store, at: now)
        try Data().write(to: marker)
    }

    private func listeners(
        store: EmbeddedTagStore, clock: SandboxClock, surroundings: Surroundings, quotas: QuotaKeeper,
        tls: TLSConfiguration, openings: ListenerOpenings
    ) throws -> [any Service] {
        var bounds = Listener.Bounds()
        bounds.connections = min(bounds.connections, max(64, (ProcessLimits.raiseOpenFiles() - 64) / 3))
        let gateway = Gateway(store: store, surroundings: surroundings, quotas: quotas)
        let admin = AdminPlane(store: store, surroundings: surroundings, clock: clock).responder
        return [
            try Listener(
                .http, host: settings.bind, port: settings.httpPort, bounds: bounds, responder: gateway,
                logger: quietLogger, opened: openings.opened),
            try Listener(
                .https, host: settings.bind, port: settings.httpsPort, tls: tls, bounds: bounds, responder: gateway,
                logger: quietLogger, opened: openings.opened),
            try Listener(
                .admin, host: "127.0.0.1", port: settings.adminPort, bounds: bounds, responder: admin,
                logger: quietLogger, opened: openings.opened),
        ]
    }
}

/// Keeps the store open until everything that uses it has ended.
private struct StoreService: Service {
    let store: EmbeddedTagStore

    func run() async throws {
        try? await gracefulShutdown()
        try await store.close()
    }
}
