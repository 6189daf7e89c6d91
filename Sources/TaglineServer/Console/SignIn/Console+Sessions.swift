import HTTPTypes
import Hummingbird
import Logging

/// Lets a person sign in, sign out, and choose the language.
extension Console {
    /// The most bytes of a form from a caller who has not signed in.
    private static let largestDoorForm = 8 << 10

    static let signInView = ConsoleView(ConsoleForm.signIn.path) { visit, _ in
        SignInPage.html(in: visit, next: Console.own(visit.query.raw("next")) ?? ConsoleScreen.home)
    }

    func session(_ request: Request) -> String? {
        ConsoleSessions.cookie(ConsoleSessions.cookie, of: request.head)
    }

    func isAdmitted(_ request: Request) -> Bool { sessions.admit(session(request)) }

    /// Returns the response that redirects a caller to the sign-in page. After the caller has signed in, the browser
    /// goes to the page that the caller asked for.
    func signIn(_ request: Request) -> Response {
        let next = request.method == .get ? request.head.path ?? "" : ""
        return .leading(to: FormFields.address(ConsoleForm.signIn.path, [("next", Self.own(next))]))
    }

    func addSessions(to router: Router<AdminContext>) {
        router.post(RouterPath(ConsoleForm.language.path)) { request, _ in
            let form = try await form(of: request, upTo: Self.largestDoorForm)
            let language = ConsoleLanguage(rawValue: form.raw("language")) ?? .english
            var response = Response.leading(to: Self.own(form.raw("back")) ?? ConsoleScreen.home)
            response.headers[values: .setCookie] = [
                "\(ConsoleLanguage.cookie)=\(language.rawValue); Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
            ]
            return response
        }
        router.post(RouterPath(ConsoleForm.signIn.path)) { request, context in
            let form = try await form(of: request, upTo: Self.largestDoorForm)
            let next = Self.own(form.raw("next")) ?? ConsoleScreen.home
            guard let session = sessions.begin(with: form.raw("token")) else {
                return await refuse(request, context, next: next)
            }
            var response = Response.leading(to: next)
            response.headers[values: .setCookie] = [
                "\(ConsoleSessions.cookie)=\(session); Path=\(ConsoleScreen.home); "
                    + "Max-Age=\(ConsoleSessions.lifetime.components.seconds); HttpOnly; SameSite=Strict"
                    + (request.headers[.origin]?.hasPrefix("https://") == true ? "; Secure" : "")
            ]
            return response
        }
        router.post(RouterPath(ConsoleForm.signOut.path)) { request, _ in
            _ = try await form(of: request, upTo: Self.largestDoorForm)
            sessions.end(session(request))
            var response = Response.leading(to: ConsoleForm.signIn.path)
            response.headers[values: .setCookie] = [
                "\(ConsoleSessions.cookie)=; Path=\(ConsoleScreen.home); Max-Age=0; HttpOnly; SameSite=Strict"
            ]
            return response
        }
    }

    /// Waits for the delay after a wrong token, and returns the sign-in page again.
    private func refuse(_ request: Request, _ context: AdminContext, next: String) async -> Response {
        let turn = wrongTokens.note(at: .now)
        if turn.isToBeLogged {
            logger.warning("wrong tokens were sent to the console", metadata: ["count": "\(turn.count)"])
        }
        await context.wait(for: turn.delay)
        var visit = visit(request)
        visit.problem = visit.words["wrong_token"]
        return .page(SignInPage.html(in: visit, next: next), status: .forbidden)
    }
}
