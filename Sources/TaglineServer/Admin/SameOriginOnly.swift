import HTTPTypes
import Hummingbird

/// Keeps pages of other sites from reaching the admin plane through the browser of its owner.
///
/// ``SendingPage`` recognises such a page by its headers. A site can also make its own host name resolve to this
/// machine. The requests of its pages still have that name in `Host`, so this type refuses them. Programs send no
/// foreign `Host`.
struct SameOriginOnly<Context: RequestContext>: RouterMiddleware {
    let names: HostNames

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let authority = (request.head.authority ?? "").withoutOuterBlanks
        guard let host = HostHeader(String(authority)), names.contains(host) else {
            return .error(
                "call the admin plane by address, as localhost, or by a name that was given with --admin-host",
                status: .forbidden)
        }
        guard !SendingPage(of: request.head).isForeign else {
            return .error("requests from other origins are refused", status: .forbidden)
        }
        return try await next(request, context)
    }
}
