public import OfficialAccount

/// The call that looks up a refused call.
///
/// Source: `doc/service/api/apimanage/api_getridinfo`.
public struct RequestCalls: Sendable {
    let caller: any CallSender

    /// Returns a refused call that the same account made in the last seven days.
    ///
    /// Source: `doc/service/api/apimanage/api_getridinfo`.
    ///
    /// - Parameter rid: three groups of eight hexadecimal digits, separated by dashes, as in ``APIError/rid``.
    /// - Returns: the request and the answer, with the time and the caller's address.
    /// - Throws: ``CallFailure``. 76001 for an unknown rid, 76002 for a malformed rid. 76003 for a call of another
    ///   account, 76004 for a call that is older than seven days.
    public func info(rid: String) async throws(CallFailure) -> GetRIDInfo.Response {
        try await caller.answer(to: GetRIDInfo.self, GetRIDInfo.Request(rid: rid))
    }
}
