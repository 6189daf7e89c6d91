/// What answers requests to the API.
public protocol APIResponder: Sendable {
    func respond(to request: APIRequest, from peer: Peer) async -> APIResponse

    /// The answer to a request of which only the head is there, if the head decides it; nil if it takes the body.
    ///
    /// It is asked for requests that do not arrive in one piece, before more of their bodies is kept.
    func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse?
}
