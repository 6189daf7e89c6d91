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
            let invoke_time: LenientNumber
            let cost_in_ms: LenientNumber
            let request_url: LenientText
            let request_body: LenientText
            let response_body: LenientText
            let client_ip: LenientText
        }

        let request: Request
    }

    /// The call with this rid, made by the same account in the last seven days. Throws 76001 to 76004.
    public func info(rid: String) async throws(CallFailure) -> Remembered {
        let body = RequestBody { $0.field("rid", rid) }
        let told = try await caller.answer(to: APICall(.getRIDInfo, body: body.bytes), as: Told.self).request
        return Remembered(
            time: told.invoke_time.value, milliseconds: told.cost_in_ms.value, query: told.request_url.value,
            requestBody: told.request_body.value, responseBody: told.response_body.value,
            clientAddress: told.client_ip.value)
    }
}
