import OfficialAccount
import TagStore

/// Answers the call that looks up a refused call by its rid.
struct RequestIDHandlers: Sendable {
    let log: RefusedCallLog
    let surroundings: Surroundings

    private static let secondsKept: Int64 = 7 * 86_400

    func answer(_ table: inout CallTable) {
        table.account(GetRIDInfo.self, getRIDInfo)
    }

    @Sendable private func getRIDInfo(
        _ request: GetRIDInfo.Request, _ caller: Caller
    ) async throws(Refusal) -> GetRIDInfo.Response {
        let rid = request.rid ?? ""
        guard let time = RequestID.time(of: rid) else {
            throw Refusal(.ridIsError, "\(Refusal.quoted(rid)) is not three groups of eight hexadecimal digits")
        }
        guard surroundings.now() - time <= Self.secondsKept else {
            throw Refusal(.ridExpired, "the call was made more than seven days ago")
        }
        guard let refused = try await log.call(rid: rid, askedBy: caller.appID) else {
            throw Refusal(.ridNotFound, "no error with the rid \(rid) is known")
        }
        guard refused.appID == caller.appID else {
            throw Refusal(.ridOfAnotherAccount, "the call with the rid \(rid) was made by another account")
        }
        return GetRIDInfo.Response(
            time: refused.time.seconds, milliseconds: refused.milliseconds, query: refused.query,
            requestBody: refused.requestBody, responseBody: refused.answer, clientAddress: refused.address)
    }
}
