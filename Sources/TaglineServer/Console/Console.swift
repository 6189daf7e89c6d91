import AdminAPI
import HTTPTypes
import Hummingbird
import Logging
import OfficialAccount
import TagStore

/// Answers the requests for the pages and forms of the console. A ``ConsoleView`` makes the HTML of a page.
struct Console: Sendable {
    let services: ConsoleServices
    let sessions: ConsoleSessions
    let wrongTokens: WrongTokens
    /// Limits how many pages show new calls live at the same time.
    private let seats = LiveSeats()
    let logger: Logger

    /// Returns whether the console answers requests for `path`. The console itself checks who may send such requests.
    static func owns(_ path: String) -> Bool {
        path == "/" || path == ConsoleScreen.home || path.hasPrefix(ConsoleScreen.home + "/")
    }

    /// Returns whether the body of a request is a form with a file. Such a body may take as long as a stream of lines:
    /// see ``AdminPlane/takesLines``.
    static func takesFile(_ request: HTTPRequest) -> Bool {
        request.method == .post && (request.path ?? "").prefix { $0 != "?" } == ConsoleForm.importFile.path
    }

    /// Returns the path if it belongs to the console; nil for any other path.
    static func own(_ path: String) -> String? {
        path.hasPrefix(ConsoleScreen.home + "/") && path.utf8.count < 4096
            && path.utf8.allSatisfy { 0x21...0x7E ~= $0 }
            ? path : nil
    }

    // MARK: Content

    private var calls: CallsScreen? { services.journal.map { CallsScreen(services: services, journal: $0) } }
    private var errors: ErrorsScreen? { services.journal.map { ErrorsScreen(services: services, journal: $0) } }
    private var followers: FollowersScreen { FollowersScreen(services: services) }
    private var tags: TagsScreen { TagsScreen(services: services) }
    private var accounts: AccountsScreen { AccountsScreen(services: services) }
    private var health: HealthScreen { HealthScreen(services: services) }
    private var faults: FaultsScreen? { services.sandbox.map { FaultsScreen(services: services, state: $0) } }
    private var clock: ClockScreen? { services.sandbox.map { ClockScreen(services: services, state: $0) } }

    private var views: [ConsoleView] {
        let views: [[ConsoleView]?] = [
            calls?.views, errors?.views, followers.views, tags.views, accounts.views, faults?.views, clock?.views,
            health.views, sessions.areNeeded ? [Self.signInView] : nil,
        ]
        return views.compactMap { $0 }.flatMap { $0 }
    }

    private var actions: [ConsoleAction] {
        let actions: [[ConsoleAction]?] = [
            calls?.actions, followers.actions, tags.actions, accounts.actions, faults?.actions, clock?.actions,
        ]
        return actions.compactMap { $0 }.flatMap { $0 }
    }

    private var downloads: [ConsoleDownload] { (calls?.downloads ?? []) + followers.downloads }

    // MARK: Routes

    func add(to router: Router<AdminContext>) {
        let views = views
        for path in ["/", ConsoleScreen.home] {
            router.get(RouterPath(path)) { request, _ in
                Response.leading(to: visit(request).screens.first?.path ?? ConsoleScreen.health.path)
            }
        }
        for view in views {
            router.get(RouterPath(view.path)) { request, context in
                guard isAdmitted(request) || view.path == ConsoleForm.signIn.path else { return signIn(request) }
                return await show(view, visit(request), context)
            }
        }
        for action in actions {
            router.post(RouterPath(action.form.path)) { request, context in
                try await submit(request, context, action, views: views)
            }
        }
        for upload in followers.uploads {
            router.post(RouterPath(upload.form.path)) { request, context in
                try await receive(request, context, upload, views: views)
            }
        }
        for download in downloads {
            router.get(RouterPath(download.path)) { request, context in
                guard isAdmitted(request) else { return signIn(request) }
                let visit = visit(request)
                do {
                    return try await download.response(to: visit, context)
                } catch {
                    return Self.page(about: error, visit)
                }
            }
        }
        for asset in ConsoleAssets.all {
            router.get(RouterPath(asset.path)) { _, _ in asset.response }
        }
        addSessions(to: router)
        addLiveCalls(to: router)
    }

    private func addLiveCalls(to router: Router<AdminContext>) {
        guard let journal = services.journal else { return }
        router.get(RouterPath(LiveCalls.path)) { request, _ in
            guard isAdmitted(request) else {
                return Response(status: .unauthorized, headers: ConsoleAssets.guards)
            }
            return LiveCalls(journal: journal, cache: services.rowCache, seats: seats)
                .response(visit(request), lastSeen: request.headers[JournalRoutes.lastEventID].flatMap { Int($0) }) {
                    isAdmitted(request)
                }
        }
    }

    // MARK: Pages

    /// Returns the page of a view. If the view fails, the page says why.
    func show(
        _ view: ConsoleView, _ visit: ConsoleVisit, _ context: AdminContext,
        status: HTTPResponse.Status = .ok
    ) async -> Response {
        do {
            return .page(try await view.make(visit, context), status: status)
        } catch {
            return Self.page(about: error, visit, status: status == .ok ? nil : status)
        }
    }

    /// Returns a page that only says why the console cannot show the requested page.
    ///
    /// - Parameter status: the status of the response; nil means the status that belongs to `error`.
    private static func page(
        about error: any Error, _ visit: ConsoleVisit, status: HTTPResponse.Status? = nil
    ) -> Response {
        let failure = failure(error, visit.words)
        var visit = visit
        visit.problem = visit.problem ?? failure.sentence
        let screen = visit.screens.first { visit.path.hasPrefix($0.path) } ?? visit.screens.first ?? .health
        return .page(
            PageFrame(visit: visit, screen: screen).html(ProblemPage.template, [:]), status: status ?? failure.status)
    }

    /// Returns a sentence that explains `error` to a person, and the status of the response.
    static func failure(_ error: any Error, _ words: Words) -> AdminError {
        switch error {
        case let mistake as ConsoleMistake: AdminError(status: mistake.status, sentence: mistake.sentence(words))
        case let error as AdminError: error
        case let refusal as Refusal: AdminError(refusal)
        default: failure(ConsoleMistake.failed, words)
        }
    }

    func visit(_ request: Request) -> ConsoleVisit {
        let session = session(request)
        var clock = ConsoleVisit.Clock(now: services.surroundings.now())
        if let sandbox = services.sandbox {
            clock.isFrozen = sandbox.clock.isFrozen
            clock.lead = sandbox.clock.lead
        }
        var visit = ConsoleVisit(
            language: ConsoleLanguage(
                cookie: ConsoleSessions.cookie(ConsoleLanguage.cookie, of: request.head),
                accepts: request.headers[.acceptLanguage]),
            clock: clock)
        visit.open(request.uri.path, request.uri.query ?? "")
        visit.base = "http://\(request.head.authority ?? "localhost")"
        visit.formToken = sessions.formToken(for: session)
        visit.isSandbox = services.sandbox != nil
        visit.needsToken = sessions.areNeeded
        visit.hasSession = sessions.areNeeded && sessions.admit(session)
        visit.hasJournal = services.journal != nil
        visit.counts = counts
        return visit
    }

    private var counts: [ConsoleScreen: String] {
        var counts: [ConsoleScreen: String] = [:]
        if let journal = services.journal { counts[.calls] = journal.last.grouped }
        if let rules = services.sandbox?.faults.list.faults.count, rules > 0 { counts[.faults] = "\(rules)" }
        return counts
    }
}
