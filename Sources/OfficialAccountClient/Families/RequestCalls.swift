import OfficialAccount

/// The call that tells what became of a call. Source: `doc/service/api/apimanage/api_getridinfo`.
public struct RequestCalls: Sendable {
    let caller: any Caller

    /// A call as the platform remembers it.
    public struct Remembered: Sendable, Hashable {
        /// In Unix seconds.
        public let time: Int
        public let milliseconds: Int
        /// The query.
        public let query: String
        public let requestBody: String
        public let responseBody: String
        public let clientAddress: String
    }

    private struct Told: Decodable, Sendable {
        struct Request: Decodable {
            let invoke_time: Int
            let cost_in_ms: Int
            let request_url: String
            let request_body: String
            let response_body: String
            let client_ip: String
        }

        let request: Request
    }

    /// The call with this rid, made by the same account in the last seven days. Throws 76001 to 76004.
    public func info(rid: String) async throws(CallFailure) -> Remembered {
        let body = RequestBody { $0.field("rid", rid) }
        let told = try await caller.answer(to: APICall(.getRIDInfo, body: body.bytes), as: Told.self).request
        return Remembered(
            time: told.invoke_time, milliseconds: told.cost_in_ms, query: told.request_url,
            requestBody: told.request_body, responseBody: told.response_body, clientAddress: told.client_ip)
    }
}
