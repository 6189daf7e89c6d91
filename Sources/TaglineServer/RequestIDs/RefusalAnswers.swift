import OfficialAccount
import TagStore

/// Answers the calls that the gateway refuses. It gives each refused call a rid, and records the call so that its
/// caller can look it up.
struct RefusalAnswers: Sendable {
    let log: RefusedCallLog
    let callers: RefusedCallers
    let surroundings: Surroundings

    /// Returns the answer and its rid, and adds the caller to `trace` if the gateway had not identified it.
    func answer(
        _ refusal: Refusal, to request: APIRequest, _ trace: inout CallTrace, from start: ContinuousClock.Instant,
        address: String?
    ) async -> (response: APIResponse, rid: RequestID) {
        // After a system error, asking the store for the caller would only delay the answer.
        if trace.caller == nil, refusal.code != .systemError {
            trace.caller = await callers.caller(of: request, trace.body)
        }
        let now = surroundings.now()
        let rid = RequestID(at: now, random: surroundings.randomBytes(8))
        let duration = .now - start
        let answer = CommandFailed(refusal, rid: rid, hint: RequestHint(random: surroundings.randomBytes(15)))
        var json = JSONText()
        answer.write(to: &json)
        let note = trace.refused(
            request.target, rid: rid, answer: String(decoding: json.bytes, as: UTF8.self), at: now, in: duration,
            address: address)
        if let note, let caller = trace.caller { log.append(note, secret: caller.account.secret) }
        return (APIResponse(refusal, as: answer), rid)
    }
}
