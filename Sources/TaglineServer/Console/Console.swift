import AdminAPI
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OfficialAccount
import TagStore

/// A page that the console shows.
struct ConsoleView: Sendable {
    /// Makes the HTML of the page for a visit.
    typealias Making = @Sendable (ConsoleVisit, AdminContext) async throws -> String

    let path: String
    let make: Making

    init(_ path: String, _ make: @escaping Making) {
        self.path = path
        self.make = make
    }
}

/// An action of a form of the console.
struct ConsoleAction: Sendable {
    /// The result of a form.
    enum Outcome: Sendable {
        /// The browser goes to the page `at`, or back to the page of the form. That page shows the sentence with this
        /// key.
        case done(String, at: String? = nil)
        case page(String)
    }

    typealias Doing = @Sendable (FormFields, ConsoleVisit, AdminContext) async throws -> Outcome

    let path: String
    let perform: Doing

    init(_ path: String, _ perform: @escaping Doing) {
        self.path = path
        self.perform = perform
    }
}

/// An action of a form with a file.
struct ConsoleUpload: Sendable {
    typealias Doing =
        @Sendable (UploadedForm, FormFields, ConsoleVisit, AdminContext) async throws -> ConsoleAction.Outcome

    let path: String
    let perform: Doing

    init(_ path: String, _ perform: @escaping Doing) {
        self.path = path
        self.perform = perform
    }
}

/// The pages and forms of the console. The pages themselves are values; this answers the requests for them.
struct Console: Sendable {
    /// The most bytes of a form.
    private static let largestForm = 1 << 20
    /// The most bytes of a form from a caller who has not signed in.
    private static let largestDoorForm = 8 << 10

    let services: ConsoleServices
    let sessions: ConsoleSessions
    let wrongTokens: WrongTokens
    /// The seats for pages that show calls as they arrive.
    private let seats = LiveSeats()
    let logger: Logger

    /// The header that htmx adds to its requests, and that the browser's own requests do not have.
    private static let sentByHTMX = HTTPField.Name("HX-Request")

    /// Returns whether the console answers at this path. The console itself checks who may use it.
    static func owns(_ path: String) -> Bool {
        path == "/" || path == ConsoleScreen.home || path.hasPrefix(ConsoleScreen.home + "/")
    }

    /// Returns whether the body of a request is a form with a file, which may take as long as a stream of lines.
    static func takesFile(_ request: HTTPRequest) -> Bool {
        request.method == .post && (request.path ?? "").prefix { $0 != "?" } == FollowerImportForm.path
    }

    private var views: [ConsoleView] {
        (services.journal.map { CallsScreen(services: services, journal: $0).views } ?? [])
            + (services.journal.map { ErrorsScreen(journal: $0).views } ?? [])
            + TagsScreen(services: services).views + FollowersScreen(services: services).views
            + AccountsScreen(services: services).views + HealthScreen(services: services).views
            + (services.sandbox.map { FaultsScreen(services: services, state: $0).views } ?? [])
            + (services.sandbox.map { ClockScreen(services: services, state: $0).views } ?? [])
            + [
                ConsoleView("/console/sign-in") { visit, _ in
                    SignInPage.html(in: visit, next: Self.own(visit.query.raw("next")) ?? ConsoleScreen.home)
                }
            ].filter { _ in sessions.areNeeded }
    }

    private var actions: [ConsoleAction] {
        (services.journal.map { CallsScreen(services: services, journal: $0).actions } ?? [])
            + TagsScreen(services: services).actions + FollowersScreen(services: services).actions
            + AccountsScreen(services: services).actions
            + (services.sandbox.map { FaultsScreen(services: services, state: $0).actions } ?? [])
            + (services.sandbox.map { ClockScreen(services: services, state: $0).actions } ?? [])
    }

    private var uploads: [ConsoleUpload] { FollowersScreen(services: services).uploads }

    func add(to router: Router<AdminContext>) {
        let views = views
        for path in ["/", ConsoleScreen.home] {
            router.get(RouterPath(path)) { request, _ in
                Self.redirect(to: visit(request).screens.first?.path ?? ConsoleScreen.health.path)
            }
        }
        for view in views {
            router.get(RouterPath(view.path)) { request, context in
                guard isAdmitted(request) || view.path == "/console/sign-in" else { return signIn(request) }
                return await show(view, visit(request), context)
            }
        }
        for action in actions {
            router.post(RouterPath(action.path)) { request, context in
                try await submit(request, context, action, views: views)
            }
        }
        for upload in uploads {
            router.post(RouterPath(upload.path)) { request, context in
                try await receive(request, context, upload, views: views)
            }
        }
        addDoors(to: router)
        for asset in ConsoleAssets.all {
            router.get(RouterPath(asset.path)) { _, _ in asset.response }
        }
        if let journal = services.journal {
            router.get(RouterPath(LiveCalls.path)) { request, _ in
                guard isAdmitted(request) else {
                    return Response(status: .unauthorized, headers: ConsoleAssets.guards)
                }
                return LiveCalls(journal: journal, cache: services.rowCache, seats: seats)
                    .response(visit(request), lastSeen: request.headers[JournalRoutes.lastEventID].flatMap { Int($0) })
                {
                    isAdmitted(request)
                }
            }
        }
        router.get("/console/export") { request, context in
            guard isAdmitted(request) else { return signIn(request) }
            let account = FormFields(request.uri.query ?? "").raw("account")
            var response = try await services.door.respond(
                to: AdminCall(.get, ["accounts", account, "followers"]), in: context)
            for field in ConsoleAssets.guards { response.headers[field.name] = field.value }
            response.headers[.cacheControl] = "no-store"
            if response.status == .ok {
                response.headers[.contentDisposition] = "attachment; filename=\"followers.csv\""
            }
            return response
        }
    }

    // MARK: Pages

    private func show(
        _ view: ConsoleView, _ visit: ConsoleVisit, _ context: AdminContext,
        status: HTTPResponse.Status = .ok
    ) async -> Response {
        do {
            return Self.page(try await view.make(visit, context), status: status)
        } catch {
            let failure = Self.failure(error)
            var visit = visit
            visit.problem = visit.problem ?? failure.sentence
            let screen = ConsoleScreen.allCases.first { $0.path == view.path }
            return Self.page(
                PageFrame(visit: visit, screen: screen ?? .health).html("problem", [:]),
                status: status == .ok ? failure.status : status)
        }
    }

    /// Returns the sentence about an error that a person sees, and its status.
    static func failure(_ error: any Error) -> AdminError {
        switch error {
        case let error as AdminError: error
        case let refusal as Refusal: AdminError(refusal)
        default: AdminError(status: .internalServerError, sentence: "the page could not be made")
        }
    }

    private func visit(_ request: Request) -> ConsoleVisit {
        let session = session(request)
        let now = services.surroundings.now()
        var clock = ConsoleVisit.Clock(now: now)
        if let sandbox = services.sandbox {
            clock.isFrozen = sandbox.clock.isFrozen
            clock.lead = sandbox.clock.lead
        }
        var visit = ConsoleVisit(
            language: ConsoleLanguage(
                cookie: ConsoleSessions.cookie(ConsoleLanguage.cookie, of: request.head),
                accepts: request.headers[.acceptLanguage]),
            path: request.uri.path, clock: clock)
        visit.queryText = request.uri.query ?? ""
        visit.query = FormFields(visit.queryText)
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
        if let journal = services.journal { counts[.calls] = NumberText.grouped(journal.last) }
        if let rules = services.sandbox?.faults.list.faults.count, rules > 0 { counts[.faults] = "\(rules)" }
        return counts
    }

    // MARK: Forms

    private func submit(
        _ request: Request, _ context: AdminContext, _ action: ConsoleAction, views: [ConsoleView]
    ) async throws -> Response {
        guard isAdmitted(request) else { return signIn(request) }
        let visit = visit(request)
        let form: FormFields
        do {
            form = try await self.form(of: request)
        } catch let error as AdminError {
            return Self.shown(Self.notDone(error, visit), to: request)
        }
        let response = try await answer(form, visit, context, views: views) {
            try await action.perform(form, visit, context)
        }
        return Self.shown(response, to: request)
    }

    /// Takes a form with a file. It reads the file only while the form's action asks for it.
    private func receive(
        _ request: Request, _ context: AdminContext, _ upload: ConsoleUpload, views: [ConsoleView]
    ) async throws -> Response {
        guard isAdmitted(request) else { return signIn(request) }
        let visit = visit(request)
        let file: UploadedForm
        let form: FormFields
        do throws(AdminError) {
            file = try UploadedForm(request)
            form = try await file.fields()
            try judge(form, of: request)
        } catch {
            return Self.shown(Self.notDone(error, visit), to: request)
        }
        let response = try await answer(form, visit, context, views: views) {
            try await upload.perform(file, form, visit, context)
        }
        return Self.shown(response, to: request)
    }

    /// Returns the page that says why a form was not read.
    private static func notDone(_ error: AdminError, _ visit: ConsoleVisit) -> Response {
        var visit = visit
        visit.problem = error.sentence
        return page(
            PageFrame(visit: visit, title: visit.words["not_done"]).html("problem", [:]), status: error.status)
    }

    /// Returns the response with status 200 if htmx sent the form: htmx shows no page with the status of an error.
    private static func shown(_ response: Response, to request: Request) -> Response {
        guard let name = sentByHTMX, request.headers[name] != nil, response.status.kind != .redirection else {
            return response
        }
        var response = response
        response.status = .ok
        return response
    }

    /// Does what a form asks for. If that fails, the answer is the page of the form with the reason.
    private func answer(
        _ form: FormFields, _ visit: ConsoleVisit, _ context: AdminContext, views: [ConsoleView],
        _ perform: () async throws -> ConsoleAction.Outcome
    ) async throws -> Response {
        var visit = visit
        do {
            switch try await perform() {
            case .page(let html): return Self.page(html)
            case .done(let key, let place):
                return Self.redirect(
                    to: Self.saying(key, at: place ?? Self.own(form.raw("back")) ?? ConsoleScreen.home))
            }
        } catch {
            let failure = Self.failure(error)
            guard let back = Self.own(form.raw("back")) else { throw error }
            let parts = back.split(separator: "?", maxSplits: 1).map(String.init)
            guard let view = views.first(where: { $0.path == parts[0] }) else { throw error }
            visit.path = parts[0]
            visit.queryText = parts.count > 1 ? parts[1] : ""
            visit.query = FormFields(visit.queryText)
            visit.problem = failure.sentence
            return await show(view, visit, context, status: failure.status)
        }
    }

    /// Returns the fields of a form that a page of this console sent. Throws ``AdminError`` 403 for any other form.
    ///
    /// - Parameter most: the most bytes that the form may have.
    private func form(of request: Request, upTo most: Int = largestForm) async throws -> FormFields {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: most)
        } catch is NIOTooManyBytesError {
            throw AdminError(status: .contentTooLarge, sentence: "the form is larger than \(most / 1024) KiB")
        }
        let form = FormFields(String(buffer: body))
        try judge(form, of: request)
        return form
    }

    /// Throws ``AdminError`` 403 unless a page of this console sent the form.
    private func judge(_ form: FormFields, of request: Request) throws(AdminError) {
        guard sessions.isRight(form.raw(PageFrame.tokenField), for: session(request)) else {
            throw AdminError(
                status: .forbidden,
                sentence: "no page of this console sent the form, or the server has restarted; load the page again")
        }
    }

    /// Returns the path if it belongs to the console; nil for any other.
    static func own(_ path: String) -> String? {
        path.hasPrefix(ConsoleScreen.home + "/") && !path.contains(where: \.isNewline) && path.utf8.count < 4096
            && path.utf8.allSatisfy { 0x21...0x7E ~= $0 }
            ? path : nil
    }

    private static func saying(_ key: String, at place: String) -> String {
        let parts = place.split(separator: "?", maxSplits: 1).map(String.init)
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").filter { !$0.hasPrefix("done=") }
        return "\(parts[0])?" + (query.map(String.init) + ["done=\(FormFields.encoded(key))"]).joined(separator: "&")
    }

    // MARK: Sessions

    private func addDoors(to router: Router<AdminContext>) {
        router.post("/console/language") { request, _ in
            let form = try await form(of: request, upTo: Self.largestDoorForm)
            let language = ConsoleLanguage(rawValue: form.raw("language")) ?? .english
            var response = Self.redirect(to: Self.own(form.raw("back")) ?? ConsoleScreen.home)
            response.headers[values: .setCookie] = [
                "\(ConsoleLanguage.cookie)=\(language.rawValue); Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
            ]
            return response
        }
        router.post("/console/sign-in") { request, context in
            let form = try await form(of: request, upTo: Self.largestDoorForm)
            let next = Self.own(form.raw("next")) ?? ConsoleScreen.home
            guard let session = sessions.begin(with: form.raw("token")) else {
                let turn = wrongTokens.note(at: .now)
                if turn.isToBeLogged {
                    logger.warning("wrong tokens were sent to the console", metadata: ["count": "\(turn.count)"])
                }
                await context.wait(for: turn.delay)
                var visit = visit(request)
                visit.problem = visit.words["wrong_token"]
                return Self.page(SignInPage.html(in: visit, next: next), status: .forbidden)
            }
            var response = Self.redirect(to: next)
            response.headers[values: .setCookie] = [
                "\(ConsoleSessions.cookie)=\(session); Path=\(ConsoleScreen.home); "
                    + "Max-Age=\(ConsoleSessions.lifetime.components.seconds); HttpOnly; SameSite=Strict"
                    + (request.headers[.origin]?.hasPrefix("https://") == true ? "; Secure" : "")
            ]
            return response
        }
        router.post("/console/sign-out") { request, _ in
            _ = try await form(of: request, upTo: Self.largestDoorForm)
            sessions.end(session(request))
            var response = Self.redirect(to: "/console/sign-in")
            response.headers[values: .setCookie] = [
                "\(ConsoleSessions.cookie)=; Path=\(ConsoleScreen.home); Max-Age=0; HttpOnly; SameSite=Strict"
            ]
            return response
        }
    }

    private func session(_ request: Request) -> String? {
        ConsoleSessions.cookie(ConsoleSessions.cookie, of: request.head)
    }

    private func isAdmitted(_ request: Request) -> Bool { sessions.admit(session(request)) }

    private func signIn(_ request: Request) -> Response {
        let next = request.method == .get ? request.head.path ?? "" : ""
        return Self.redirect(to: "/console/sign-in?next=\(FormFields.encoded(next))")
    }

    // MARK: Responses

    static func redirect(to path: String) -> Response {
        var headers = ConsoleAssets.guards
        headers[.location] = path
        headers[.cacheControl] = "no-store"
        return Response(status: .seeOther, headers: headers)
    }

    static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = ConsoleAssets.guards
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
