import EmbeddedTagStore
import Foundation
import FreshFiles
import Logging
import MemoryLimits
import NIOCore
import OfficialAccount
import ServiceLifecycle
import TagStore
import TaglineServer
import UnixSignals

/// A server, which opens the data, the store and the listeners, and closes them at its end. ``Role`` holds the
/// differences between the commands `serve` and `sandbox`.
struct Server {
    struct Role: Sendable {
        /// How often accounts may call.
        let quotas: QuotaPolicy
        /// Checks the store, and creates its first content.
        let prepare: @Sendable (ServedStore, UnixTime) async throws -> Void
        /// Returns the certificate for HTTPS; nil if the server opens no listener for HTTPS.
        let certificate: @Sendable (DataDirectory) throws -> ServerCertificate?
        /// The defaults of the cloud gateway. If `account` is nil, and neither the settings nor the world gives an
        /// account, the gateway does not open. If `isOpen` is true, callers may make every call that the settings do
        /// not exclude.
        let cloud: (account: AppID?, isOpen: Bool)
        /// Returns the clock of a sandbox; nil if the server uses the system's clock.
        let clock: @Sendable (DataDirectory) throws -> SandboxClock?
        /// The host names under which callers may reach the admin plane and the cloud gateway.
        let hostNames: HostNames
        /// The parts of calls that the journal keeps; nil if the server keeps no journal.
        let journal: CallJournal.Detail?
        /// The faults that a sandbox plays from its start; nil if it plays no faults.
        var faults: FaultSet?
        /// The world with which a sandbox starts; nil for the demo world.
        var world: SandboxWorld?
        /// Whether the command opens the console in a browser.
        var opensConsole = false
        /// Whether the server prints a line for each call.
        let printsCalls: Bool
        /// The signals that end the server gracefully. A sandbox also ends when its terminal is closed, except under
        /// `nohup`.
        let endsOn: [UnixSignal]
        /// When the server reads its settings again; nil if it reads them only at its start.
        let rereading: Rereading?
        /// Returns the announcement for people. The server prints it as soon as all ports are open.
        let announce: @Sendable (ReadyFile, DataDirectory, String) -> String
    }

    private let settings: ServerSettings
    private let role: Role
    private let log: ServerLog
    private let logger: Logger
    /// The logger for the frameworks. It omits the error that they log when a shutdown cuts off a connection. No real
    /// error is lost, because the frameworks also throw every real error.
    private let quietLogger: Logger

    init(_ settings: ServerSettings, as role: Role) {
        self.settings = settings
        self.role = role
        log = ServerLog(settings.logLevel, settings.logFormat)
        logger = log.logger
        quietLogger = log.quietLogger
    }

    /// Runs until the process receives one of the role's signals. Throws ``StartFailure`` if the server cannot start or
    /// has to stop earlier.
    func run() async throws {
        ProcessLimits.surviveWriteSignals()
        ProcessLimits.keepFilesPrivate()
        ProcessLimits.reapAdoptedProcesses()
        for warning in settings.warnings { logger.warning("ignored: \(warning)") }
        giveBackLargeMemory()
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
            throw StartFailure.failed("the store cannot be made ready: \(error.reason)")
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure.failed("the server had to stop: \(error)")
        }
    }

    private func serve(from directory: DataDirectory) async throws {
        let served =
            if let database = settings.database {
                try await ServedStore.postgres(database, logger)
            } else {
                try ServedStore.embedded(in: directory, acceptsLoss: settings.acceptsLoss, logger)
            }
        let store = served.store
        // The ready file of an earlier run names old addresses. Remove the file only now, after this process has opened
        // the data.
        if let file = settings.readyFile { try ReadyFile.clear(file) }
        defer { if let file = settings.readyFile { try? ReadyFile.clear(file) } }
        let clock = try role.clock(directory)
        let surroundings = Surroundings(now: { clock?.now ?? SandboxClock.systemTime() })
        try await role.prepare(served, surroundings.now())
        let certificate = try role.certificate(directory)
        if let certificate, let authority = certificate.authority, certificate.hasReplacedAuthority {
            logger.warning(
                "a new authority for HTTPS has replaced the earlier one; programs must trust the new one",
                metadata: ["file": "\(authority.path)"])
        }
        let quotas = try await QuotaKeeper(
            policy: role.quotas, store: store, surroundings: surroundings, logger: logger,
            isAlone: settings.database == nil)

        let openings = ListenerOpenings()
        let refusedCalls = RefusedCallLog(store: store, logger: logger)
        let meters = CallMeters()
        let events = ComponentEvents(
            store: store, surroundings: surroundings, post: { try await EventPost.send($0, $1) }, logger: logger)
        await events.prepare()
        let cloudAccount =
            settings.cloud.account.map { AppID($0) } ?? role.world?.firstAccount(at: surroundings.now())
            ?? role.cloud.account
        if cloudAccount == nil { try settings.cloud.judgeUnopened() } else { try await settings.cloud.clearSocket() }
        let cloudTokens = cloudAccount.flatMap { account in
            settings.cloud.tokenFile.map {
                CloudTokens(account: account, file: $0, surroundings: surroundings, logger: logger)
            }
        }
        do {
            try cloudTokens?.prepare()
        } catch {
            throw StartFailure.failed(
                "the cloud token cannot be written to \(settings.cloud.tokenFile?.path ?? ""): "
                    + "\((error as? FreshFileFailure)?.reason ?? "\(error)"); choose another file with --cloud-token-file"
            )
        }
        let journal = role.journal.map { detail in
            CallJournal(
                keeping: detail,
                spill: detail == .everything ? CallSpill(in: directory.url, surroundings, logger: logger) : nil)
        }
        let sandbox = try clock.map { clock in
            SandboxState(
                world: role.world ?? .demo, clock: clock, faults: FaultBoard(now: { clock.now }),
                firstFaults: role.faults ?? FaultSet(rules: []), store: UnsteadyStore(store, now: { clock.now }),
                relaxed: try RelaxedAccounts(in: directory))
        }
        let gateway = Gateway(
            store: sandbox?.unsteadiness ?? store, surroundings: surroundings, quotas: quotas,
            refusedCalls: refusedCalls, meters: meters,
            page: clock == nil ? nil : AuthorizationPage(store: store, surroundings: surroundings, events: events),
            cloudTokens: cloudTokens, addresses: settings.platformAddresses, journal: journal, faults: sandbox?.faults,
            relaxed: sandbox?.relaxed)
        let cloud = cloudAccount.map { account in
            CloudGateway(
                gateway: gateway, surroundings: surroundings, account: account,
                paths: settings.cloud.paths ?? (role.cloud.isOpen ? .everything : .nothing),
                declarations: settings.cloud.declarations ?? (role.cloud.isOpen ? .everything : .nothing),
                names: role.hostNames)
        }
        let files = ProcessLimits.raiseOpenFiles()
        let connections = ListenerMeters(
            tables: Listener.Purpose.allCases.map {
                ($0, ConnectionTable(settings.limits(of: $0, openFiles: files)))
            })
        let history = HealthHistory(store: store, meters: meters)
        let admin = AdminPlane(
            store: store, surroundings: surroundings, quotas: quotas, meters: meters, listeners: connections,
            events: events, token: settings.adminToken, sandbox: sandbox,
            cloudTokens: cloudTokens, journal: journal, names: role.hostNames, gateway: gateway, history: history,
            directory: directory.url, logger: logger)
        let current = try certificate.map { try CurrentCertificate($0.tls) }
        let listeners = listeners(gateway, admin, cloud, connections, current, openings)
        let rereading = role.rereading.map { rereading in
            SettingsRereading(
                rereading: rereading, started: settings,
                server: RunningServer(
                    log: log, quotas: quotas, connections: connections, files: files, certificate: current),
                logger: logger)
        }
        let announcement = Announcement(
            openings: openings, count: listeners.count, settings: settings, authority: certificate?.authority,
            opensConsole: role.opensConsole
        ) { role.announce($0, directory, served.place) }
        let printer = role.printsCalls ? journal.map { CallPrinter($0) } : nil
        // Services shut down in reverse order. First the listeners stop accepting calls, then the other services write
        // what they still hold, and last the store closes.
        var services: [any Service] = [served, quotas, refusedCalls, events, history]
        if let cloudTokens { services.append(cloudTokens) }
        if let rereading { services.append(rereading) }
        services += listeners
        services.append(announcement)
        if let printer { services.append(printer) }
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: role.endsOn, logger: quietLogger)
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func listeners(
        _ gateway: Gateway, _ admin: AdminPlane, _ cloud: CloudGateway?, _ connections: ListenerMeters,
        _ certificate: CurrentCertificate?, _ openings: ListenerOpenings
    ) -> [any Service] {
        func table(_ purpose: Listener.Purpose) -> ConnectionTable {
            connections[purpose] ?? ConnectionTable(ConnectionTable.Limits(all: 64))
        }
        func api(
            _ purpose: Listener.Purpose, host: String = "", port: Int = 0, socket: String? = nil,
            certificate: CurrentCertificate? = nil, proxies: TrustedProxies = .none, _ responder: some APIResponder
        ) -> any Service {
            Listener(
                purpose, host: host, port: port, socket: socket, certificate: certificate, proxies: proxies,
                connections: table(purpose),
                heldBytes: connections.heldBytes, responder: responder, logger: quietLogger, opened: openings.opened)
        }
        var listeners: [any Service] = [
            api(.http, host: settings.bind, port: settings.httpPort, proxies: settings.proxies, gateway),
            Listener(
                .admin, host: settings.adminBind, port: settings.adminPort,
                connections: table(.admin), heldBytes: connections.heldBytes,
                streaming: admin.responder, takesLines: admin.takesLines, isTrusted: admin.isTrusted,
                logger: quietLogger, opened: openings.opened),
        ]
        if let cloud {
            listeners.append(api(.cloud, host: settings.cloudBind, port: settings.cloud.port, cloud))
            if let socket = settings.cloud.socket { listeners.append(api(.cloudSocket, socket: socket, cloud)) }
        }
        if let certificate {
            listeners.append(
                api(
                    .https, host: settings.bind, port: settings.httpsPort, certificate: certificate,
                    proxies: settings.proxies, gateway))
        }
        return listeners
    }
}
