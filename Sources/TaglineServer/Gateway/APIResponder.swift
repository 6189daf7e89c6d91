/// What answers requests to the API.
public protocol APIResponder: Sendable {
    func respond(to request: APIRequest, from peer: Peer) async -> APIResponse
}
