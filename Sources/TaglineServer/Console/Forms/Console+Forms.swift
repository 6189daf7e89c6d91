import HTTPTypes
import Hummingbird
import NIOCore

/// Answers the forms that browsers send to the console.
extension Console {
    /// The most bytes of a form without a file.
    private static let largestForm = 1 << 20

    /// The header that htmx adds to its requests, and that the browser's own requests do not have.
    private static let sentByHTMX = HTTPField.Name("HX-Request")

    func submit(
        _ request: Request, _ context: AdminContext, _ action: ConsoleAction, views: [ConsoleView]
    ) async throws -> Response {
        guard isAdmitted(request) else { return signIn(request) }
        let visit = visit(request)
        let form: FormFields
        do {
            form = try await self.form(of: request, upTo: Self.largestForm)
        } catch let error as AdminError {
            return Self.shown(Self.notDone(error, visit), to: request)
        }
        let response = try await answer(form, visit, context, views: views) {
            try await action.perform(form, visit, context)
        }
        return Self.shown(response, to: request)
    }

    /// Answers a form with a file. Reads a piece of the file only when the action of the form asks for it.
    func receive(
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

    /// Returns the fields of a form that a page of this console sent. Throws ``AdminError`` 403 for any other form.
    ///
    /// - Parameter most: the most bytes that the form may have.
    func form(of request: Request, upTo most: Int) async throws -> FormFields {
        let form = FormFields(String(buffer: try await request.bytes(upTo: most, called: "form")))
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

    // MARK: Answers

    /// Performs the action of a form. If the action fails, returns the page of the form with the reason.
    private func answer(
        _ form: FormFields, _ visit: ConsoleVisit, _ context: AdminContext, views: [ConsoleView],
        _ perform: () async throws -> ConsoleAction.Outcome
    ) async throws -> Response {
        var visit = visit
        do {
            switch try await perform() {
            case .page(let html): return .page(html)
            case .done(let key, let place):
                return .leading(
                    to: Self.saying(key, at: place ?? Self.own(form.raw("back")) ?? ConsoleScreen.home))
            }
        } catch {
            let failure = Self.failure(error, visit.words)
            guard let back = Self.own(form.raw("back")) else { throw failure }
            let parts = back.split(separator: "?", maxSplits: 1).map(String.init)
            guard let view = views.first(where: { $0.path == parts[0] }) else { throw failure }
            visit.open(parts[0], parts.count > 1 ? parts[1] : "")
            visit.problem = failure.sentence
            return await show(view, visit, context, status: failure.status)
        }
    }

    /// Returns the page that says why the console did not accept a form.
    private static func notDone(_ error: AdminError, _ visit: ConsoleVisit) -> Response {
        var visit = visit
        visit.problem = error.sentence
        return .page(
            PageFrame(visit: visit, title: visit.words["not_done"]).html(ProblemPage.template, [:]),
            status: error.status)
    }

    /// Returns `response`, with status 200 if htmx sent the form. htmx does not show a page that has the status of an
    /// error.
    private static func shown(_ response: Response, to request: Request) -> Response {
        guard let name = sentByHTMX, request.headers[name] != nil, response.status.kind != .redirection else {
            return response
        }
        var response = response
        response.status = .ok
        return response
    }

    private static func saying(_ key: String, at place: String) -> String {
        let parts = place.split(separator: "?", maxSplits: 1).map(String.init)
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").filter { !$0.hasPrefix("done=") }
        return "\(parts[0])?" + (query.map(String.init) + ["done=\(FormFields.encoded(key))"]).joined(separator: "&")
    }
}
