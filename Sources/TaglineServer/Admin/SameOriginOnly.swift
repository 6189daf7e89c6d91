import HTTPTypes
import Hummingbird

/// Keeps pages of other sites from reaching the admin plane through the browser of its owner.
///
/// A browser sends the site of a page in `Origin`. A page whose own name resolves to this machine still sends that name
/// in `Host`. Programs send neither a foreign `Origin` nor a foreign `Host`.
struct SameOriginOnly<Context: RequestContext>: RouterMiddleware {
    private static var fetchSite: HTTPField.Name? { HTTPField.Name("Sec-Fetch-Site") }
    private static var fetchMode: HTTPField.Name? { HTTPField.Name("Sec-Fetch-Mode") }

    let names: HostNames

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let authority = request.head.authority ?? ""
        guard let host = HostHeader(authority), names.contains(host) else {
            return .error(
                "call the admin plane by address, as localhost, or by a name that was given with --admin-host",
                status: .forbidden)
        }
        if let origin = request.headers[.origin], origin != "http://\(authority)",
            // A proxy in front of the server may speak HTTPS.
            origin != "https://\(authority)"
        {
            return .error("requests from other origins are refused", status: .forbidden)
        }
        // Browsers send no Origin header with requests for a page's images and scripts.
        if let site = Self.fetchSite.flatMap({ request.headers[$0] }), site == "cross-site" || site == "same-site",
            Self.fetchMode.flatMap({ request.headers[$0] }) != "navigate"
        {
            return .error("requests from other origins are refused", status: .forbidden)
        }
        return try await next(request, context)
    }
}
