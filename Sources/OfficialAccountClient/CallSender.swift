import OfficialAccount

/// A client that makes calls for an account.
protocol CallSender: Sendable {
    /// Makes the call, and repeats it once with another token if the first token no longer works. Does not retry for
    /// any other reason.
    func attempt<Response: CallAnswer>(
        _ call: OutgoingCall, as type: Response.Type
    ) async throws(CallFailure) -> Response

    var retries: RetryPolicy { get }
    var timing: Timing { get }
    var knownTags: KnownTags { get }
}

extension CallSender {
    /// Makes the call as ``attempt(_:as:)`` does.
    func attempt<Call: APICall>(
        _ call: Call.Type, _ request: Call.Request
    ) async throws(CallFailure) -> Call.Response {
        try await attempt(OutgoingCall(call, request), as: Call.Response.self)
    }

    /// Makes the call, and retries it as ``retries`` decides.
    @discardableResult
    func answer<Call: APICall>(
        to call: Call.Type, _ request: Call.Request
    ) async throws(CallFailure) -> Call.Response {
        let outgoing = OutgoingCall(call, request)
        var history = RetryPolicy.History()
        while true {
            do throws(CallFailure) {
                return try await attempt(outgoing, as: Call.Response.self)
            } catch {
                let pause = retries.pause(
                    after: error, &history, isRepeatable: Call.endpoint.isRepeatable,
                    isTagKnown: request.tag.map(knownTags.contains) ?? false, now: timing.now(),
                    chance: timing.random())
                guard let pause else { throw error }
                do { try await timing.sleep(pause) } catch { throw .cancelled }
            }
        }
    }
}

extension CallFailure {
    /// The failure of a call whose caller stopped waiting for the answer.
    static var cancelled: CallFailure {
        .transport(TransportFailure("the call was cancelled", mayHaveBeenApplied: true))
    }
}

extension Transport {
    func answer(to call: OutgoingCall) async throws(CallFailure) -> [UInt8] {
        do throws(TransportFailure) {
            return try await send(call)
        } catch {
            throw .transport(error)
        }
    }
}
