import HTTPTypes
import Hummingbird

/// Keeps web pages of elsewhere from reaching the admin plane through the browser of whoever runs it.
///
/// A browser says where a request comes from in `Origin`, and a page that has its own name resolve to this machine
/// still sends that name in `Host`. Programs send neither a foreign `Origin` nor a foreign `Host`.
struct SameOriginOnly<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let host = request.head.authority ?? ""
        guard Self.isAddressOrLocalhost(host) else {
            return .error("call the admin plane by address or as localhost", status: .forbidden)
        }
        if let origin = request.headers[.origin], origin != "http://\(host)" {
            return .error("requests from other origins are refused", status: .forbidden)
        }
        return try await next(request, context)
    }

    static func isAddressOrLocalhost(_ authority: String) -> Bool {
        if authority.hasPrefix("[") { return true }
        let host = authority.prefix { $0 != ":" }
        return host == "localhost" || host.isEmpty || host.allSatisfy { $0.isNumber || $0 == "." }
    }
}
