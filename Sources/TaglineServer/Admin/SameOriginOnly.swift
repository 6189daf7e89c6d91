import HTTPTypes
import Hummingbird

/// Refuses requests that a page of another site sends through the browser of the server's owner.
///
/// ``SendingPage`` recognises such a request by its headers. A site can also make its own host name resolve to this
/// machine. A request from a page of that site still has the site's name in `Host`, so this type refuses the request.
/// A program that calls the admin plane does not send a foreign `Host`.
struct SameOriginOnly<Context: RequestContext>: RouterMiddleware {
    let names: HostNames

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let authority = (request.head.authority ?? "").withoutOuterBlanks
        guard let host = HostHeader(String(authority)), names.contains(host) else {
            return .error(
                "call the admin plane by its IP address, by the name localhost, or by a name from --admin-host",
                status: .forbidden)
        }
        guard !SendingPage(of: request.head).isForeign else {
            return .error("requests from other origins are refused", status: .forbidden)
        }
        return try await next(request, context)
    }
}
