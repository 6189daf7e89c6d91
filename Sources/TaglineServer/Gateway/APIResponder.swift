/// Answers requests to the API.
public protocol APIResponder: Sendable {
    func respond(to request: APIRequest, from peer: Peer) async -> APIResponse

    /// Returns the answer to a request if its head alone decides it; nil if the body is needed.
    ///
    /// The server calls this for a request that does not arrive in one piece, before it keeps more of the body.
    func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse?
}
