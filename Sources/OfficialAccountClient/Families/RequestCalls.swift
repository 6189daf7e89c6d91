import OfficialAccount

/// The call that tells what became of a call. Source: `doc/service/api/apimanage/api_getridinfo`.
public struct RequestCalls: Sendable {
    let caller: any Caller

    /// The call with this rid, made by the same account in the last seven days. Throws 76001 to 76004.
    public func info(rid: String) async throws(CallFailure) -> GetRIDInfo.Response {
        try await caller.answer(to: GetRIDInfo.self, GetRIDInfo.Request(rid: rid))
    }
}
