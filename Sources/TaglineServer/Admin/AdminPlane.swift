import AdminAPI
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OfficialAccount
import TagStore

/// The routes for the owner of the server: JSON over HTTP.
public struct AdminPlane: Sendable {
    private let store: any TagStore
    private let surroundings: Surroundings
    private let quotas: QuotaKeeper
    private let meters: CallMeters
    private let listeners: ListenerMeters
    private let logger: Logger
    private let events: ComponentEvents
    private let token: AdminToken?
    private let sandbox: SandboxState?
    private let cloudTokens: CloudTokens?
    private let journal: CallJournal?
    private let names: HostNames
    private let gateway: Gateway?
    private let history: HealthHistory
    private let directory: URL
    private let sessions: ConsoleSessions
    private let startedAt: UnixTime

    /// - Parameters:
    ///   - token: the token that callers must send as `Authorization: Bearer …`; nil for a plane that only
    ///     loopback can reach.
    ///   - sandbox: the state of a sandbox, which tests can change through the admin plane; nil in production.
    ///   - journal: the journal whose calls the plane shows; nil if the server keeps no journal.
    ///   - names: the host names under which callers may reach the plane.
    ///   - gateway: makes calls of the API for an account; nil if the admin plane makes no such calls.
    ///   - history: the health of the server in the last hour; nil for a new, empty history.
    ///   - directory: the directory for temporary files. Such a file has no name, and holds an import until the whole
    ///     import has arrived.
    public init(
        store: any TagStore, surroundings: Surroundings, quotas: QuotaKeeper, meters: CallMeters,
        listeners: ListenerMeters = ListenerMeters(), events: ComponentEvents, token: Fingerprint? = nil,
        sandbox: SandboxState? = nil, cloudTokens: CloudTokens? = nil, journal: CallJournal? = nil,
        names: HostNames = HostNames(), gateway: Gateway? = nil, history: HealthHistory? = nil,
        directory: URL = FileManager.default.temporaryDirectory, logger: Logger
    ) {
        self.directory = directory
        self.gateway = gateway
        self.history = history ?? HealthHistory(store: store, meters: meters)
        startedAt = surroundings.now()
        self.journal = journal
        self.names = names
        self.cloudTokens = cloudTokens
        self.listeners = listeners
        self.logger = logger
        self.store = store
        self.quotas = quotas
        self.meters = meters
        self.events = events
        self.surroundings = surroundings
        self.token = token.map { AdminToken($0) }
        sessions = ConsoleSessions(token: self.token, randomBytes: surroundings.randomBytes)
        self.sandbox = sandbox
    }

    public var responder: some HTTPResponder<AdminContext> {
        let routes = routes
        let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: HeadAnswers())
        router.add(middleware: AdminErrors(routes: routes, logger: logger))
        router.add(middleware: SameOriginOnly(names: names))
        if let token {
            router.add(
                middleware: TokenRequired(
                    token: token, openPaths: Set(routes.filter(\.isOpen).map(\.path)),
                    wrongTokens: listeners.wrongTokens,
                    logger: logger))
        }
        for route in routes { router.on(RouterPath(route.path), method: route.method, use: route.handler) }
        console(over: routes).add(to: router)
        let document = OpenAPIDocument(routes: routes, needsToken: token != nil)
        router.get(RouterPath(OpenAPIDocument.path)) { _, _ in
            var json = JSONText()
            document.write(to: &json)
            return Response.json(json)
        }
        return router.buildResponder()
    }

    private func console(over routes: [AdminRoute]) -> Console {
        Console(
            services: ConsoleServices(
                store: store, surroundings: surroundings, quotas: quotas, meters: meters, journal: journal,
                sandbox: sandbox, history: history, door: AdminDoor(routes, logger: logger), startedAt: startedAt,
                makesCalls: gateway != nil),
            sessions: sessions, wrongTokens: listeners.wrongTokens, logger: logger)
    }

    /// Returns whether the owner of the server sent a request.
    ///
    /// The owner's request has the admin token, or the cookie of a console session. If the server needs no token, every
    /// request counts as the owner's.
    public var isTrusted: @Sendable (HTTPRequest) -> Bool {
        guard let token else { return { _ in true } }
        let sessions = sessions
        return { request in
            AdminToken.brought(by: request).map(token.isRight)
                ?? sessions.admit(ConsoleSessions.cookie(ConsoleSessions.cookie, of: request))
        }
    }

    /// Returns whether the body of a request is a stream of lines, or a form with a file.
    ///
    /// Such a body may take any time, as long as it makes progress.
    public var takesLines: @Sendable (HTTPRequest) -> Bool {
        let routes = routes.filter { if case .lines = $0.body { true } else { false } }
        return { request in
            let path = (request.path ?? "").prefix { $0 != "?" }
            return Console.takesFile(request)
                || routes.contains { $0.method == request.method && $0.matches(String(path)) }
        }
    }

    /// Does the work that is due after a change of the clock.
    ///
    /// Sets the counts of later days to zero, makes tickets and cloud tokens, and sends waiting pushes.
    ///
    /// The caller waits for this work, but at most one second for the receivers of the pushes.
    private var settle: @Sendable () async -> Void {
        let (events, cloudTokens, quotas) = (events, cloudTokens, quotas)
        return {
            await quotas.resetLaterCounts()
            await events.prepare()
            cloudTokens?.tick()
            let (pushed, push) = AsyncStream.makeStream(of: Void.self)
            Task {
                await events.tick()
                push.finish()
            }
            Task {
                try? await Task.sleep(for: .seconds(1))
                push.finish()
            }
            for await _ in pushed {}
        }
    }

    /// The routes of the admin plane, without the console and `/openapi.json`.
    var routes: [AdminRoute] {
        health + [MetricsRoute(store: store, calls: meters, listeners: listeners, faults: sandbox?.faults).route]
            + AccountRoutes(store: store, surroundings: surroundings, quotas: quotas, sandbox: sandbox).routes
            + TagRoutes(store: store).routes
            + FollowerRoutes(store: store, surroundings: surroundings).routes
            + ComponentRoutes(
                store: store, surroundings: surroundings,
                authorizations: Authorizations(store: store, surroundings: surroundings, events: events),
                showsTickets: sandbox != nil
            ).routes
            + StateRoutes(store: store, quotas: quotas, sandbox: sandbox, directory: directory).routes
            + (gateway.map { CallRoute(store: store, gateway: $0).routes } ?? [])
            + (journal.map { JournalRoutes(journal: $0).routes } ?? [])
            + (sandbox.map { FaultRoutes(board: $0.faults).routes } ?? [])
            + (sandbox.map { state in
                SandboxRoutes(state: state, quotas: quotas, events: events, settle: settle, gateway: gateway).routes
            } ?? [])
    }

    private var health: [AdminRoute] {
        [
            AdminRoute(
                .get, "/healthz", "Whether the server is alive.", isOpen: true, answer: ServerStatus.self
            ) { _, _ in ServerStatus(status: .alive) },
            AdminRoute(
                .get, "/readyz", "Whether the server can write.", isOpen: true, answer: ServerStatus.self,
                statuses: [200, 503]
            ) { _, _ in
                switch await store.condition {
                case .writable: return ServerStatus(status: .ready)
                case .partlyWritable(let reason): return ServerStatus(status: .ready, reason: reason)
                case .readOnly(let reason):
                    throw AdminError(status: .serviceUnavailable, sentence: "the store cannot write: \(reason)")
                }
            },
        ]
    }
}
