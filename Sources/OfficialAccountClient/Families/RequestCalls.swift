public import OfficialAccount

/// The call that looks up a refused call.
///
/// Source: `doc/service/api/apimanage/api_getridinfo`.
public struct RequestCalls: Sendable {
    let caller: any CallSender

    /// Returns the details of a call of this account that the platform refused in the last seven days.
    ///
    /// Source: `doc/service/api/apimanage/api_getridinfo`.
    ///
    /// - Parameter rid: the id of the refused call, as in ``APIError/rid``. A rid is three groups of eight hexadecimal
    ///   digits, with dashes between the groups.
    /// - Returns: the request and the answer of the refused call, its time, and the IP address of its caller.
    /// - Throws: ``CallFailure``. 76001 for an unknown rid, 76002 for a malformed rid. 76003 for a call of another
    ///   account, 76004 for a call that is older than seven days.
    public func info(rid: String) async throws(CallFailure) -> GetRIDInfo.Response {
        try await caller.answer(to: GetRIDInfo.self, GetRIDInfo.Request(rid: rid))
    }
}
