/// Answers requests to the API.
public protocol APIResponder: Sendable {
    func respond(to request: APIRequest, from peer: Peer) async -> APIResponse

    /// Returns the answer to a request if the head alone decides the answer; nil if the server needs the body.
    ///
    /// The server calls this function for a request that does not arrive in one piece, before the server keeps more of
    /// the body.
    func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse?
}
