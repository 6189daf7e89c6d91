import OfficialAccount
import TagStore

/// The call that tells what became of a call.
struct RequestIDHandlers: Sendable {
    let log: RefusedCallLog
    let surroundings: Surroundings

    private static let secondsKept: Int64 = 7 * 86_400

    @Sendable func getRIDInfo(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let rid = try call.body.decode(RIDRequest.self).rid ?? ""
        guard let time = RequestID.time(of: rid) else {
            throw Refusal(.ridIsError, "\(Refusal.quoted(rid)) is not three groups of eight hexadecimal digits")
        }
        guard surroundings.now() - time <= Self.secondsKept else {
            throw Refusal(.ridExpired, "the call was made more than seven days ago")
        }
        guard let refused = try await log.call(rid: rid) else {
            throw Refusal(.ridNotFound, "no error with the rid \(rid) is known")
        }
        guard refused.appID == caller.appID else {
            throw Refusal(.ridOfAnotherAccount, "the call with the rid \(rid) was made by another account")
        }
        return RIDInfo(
            invokeTime: refused.time.seconds, costInMilliseconds: refused.milliseconds, requestURL: refused.query,
            requestBody: refused.requestBody, responseBody: refused.answer, clientIP: refused.address)
    }
}
