import FreshFiles
import HTTPTypes
import Hummingbird
import Logging
import OfficialAccount
import TagStore

/// Makes the answer to a request whose handler throws an error, or that fits no route.
struct AdminErrors<Context: RequestContext>: RouterMiddleware {
    let routes: [AdminRoute]
    let logger: Logger

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as AdminError {
            return .error(error.sentence, status: error.status)
        } catch let refusal as Refusal {
            let error = AdminError(refusal)
            return .error(error.sentence, status: error.status)
        } catch let failure as FreshFileFailure {
            logger.error(
                "the server cannot write a file that a request to the admin plane changes",
                metadata: ["file": "\(failure.path)", "reason": "\(failure.reason)"])
            let error = AdminError(failure)
            return .error(error.sentence, status: error.status)
        } catch let error as HTTPError where error.status == .notFound {
            return noRoute(request.uri.path)
        }
    }

    /// Answers 405 if the path has a route for another method, and 404 if the path has no route at all.
    private func noRoute(_ path: String) -> Response {
        var methods = Set(routes.filter { $0.matches(path) }.map(\.method))
        if path == OpenAPIDocument.path { methods.insert(.get) }
        if methods.contains(.get) { methods.insert(.head) }
        let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
        guard !allowed.isEmpty else {
            return .error("there is nothing at this path; see /openapi.json", status: .notFound)
        }
        var response = Response.error("this path is called with \(allowed)", status: .methodNotAllowed)
        response.headers[.allow] = allowed
        return response
    }
}

/// Admits a caller that sends the admin token. A caller without the token may only ask whether the server is alive and
/// ready, and see the console's sign-in page.
struct TokenRequired: RouterMiddleware {
    typealias Context = AdminContext

    let token: AdminToken
    /// The paths that need no token.
    let openPaths: Set<String>
    let wrongTokens: WrongTokens
    let logger: Logger

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // The console checks its own callers.
        if openPaths.contains(request.uri.path) || Console.owns(request.uri.path) {
            return try await next(request, context)
        }
        var refusal = Response.error("send the admin token as Authorization: Bearer ...", status: .unauthorized)
        refusal.headers[.wwwAuthenticate] = "Bearer"
        guard let brought = AdminToken.brought(by: request.head) else { return refusal }
        guard token.isRight(brought) else {
            let turn = wrongTokens.note(at: .now)
            if turn.isToBeLogged {
                logger.warning("wrong tokens were sent to the admin plane", metadata: ["count": "\(turn.count)"])
            }
            await context.wait(for: turn.delay)
            return refusal
        }
        return try await next(request, context)
    }
}
